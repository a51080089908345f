import { closure } from "../../core/closure.ts";
import { nobody } from "../../core/ids.ts";
import { Refusal, refuse } from "../../core/refusal.ts";
import { userText } from "./credentials.ts";
import { errorCode, watchlistErrorCode } from "./codes.ts";
import { examineSignIn } from "./doctor/subscription.ts";
import { signedInFrame } from "./frames.ts";
import { userOf, watchlistOf } from "./member.ts";
import type { SignIn } from "./messages.ts";
import type { PusherSession } from "./session.ts";

/** The back end says whose connection it is (protocol notes, 2.8). What it says wrongly ends the connection. */
export function signIn(session: PusherSession, message: SignIn): void {
  const { auth, userData } = message;
  const { credentials, around } = session.tenant;
  const text = userText(session.socketId, userData);
  if (!credentials.authorizes(auth, text)) {
    const reason = around.doctor.explain("pusher", "the signature of the sign-in is not right", (ring) =>
      examineSignIn(ring, session, message),
    );
    session.close(closure("invalid-token", reason));
    return;
  }
  const identity = userOf(userData);
  if (identity instanceof Refusal) {
    session.close(closure("invalid-token", identity.reason));
    return;
  }
  if (session.user !== nobody && session.user !== identity.user) {
    const refusal = refuse("permission-denied", "the connection is signed in as another user");
    session.refuse(refusal, errorCode[refusal.kind]);
    return;
  }
  session.app.identify(session, identity.user);
  around.recovery.identified(session);
  session.connInfo = identity.info;
  session.proven();
  session.outlet.push(signedInFrame(userData));
  watch(session, identity.watchlist);
}

/** Each sign-in says anew whom the connection watches. */
function watch(session: PusherSession, watchlist: unknown): void {
  const { around, settings } = session.tenant;
  if (watchlist === undefined) {
    around.watchlists.forget(session);
    return;
  }
  const { users, refusal } = watchlistOf(watchlist, settings.watchlistLimit);
  around.watchlists.watch(session, users);
  if (refusal !== undefined) session.refuse(refusal, watchlistErrorCode(refusal.kind));
}
