import { startShell } from "../../../packages/server/src/dev-page/shell/start-shell.ts";
import { Console } from "./console.ts";
import { ConsoleSession, type SessionEvents } from "./session.ts";
import { drawLegend } from "./sign.ts";
import { SignedOut } from "./signed-out.ts";

/** Who is signed in where nobody was asked. */
const firstUser = 42;

function start(): void {
  drawLegend(document);
  const signedOut = new SignedOut((user) => void signIn(user));
  const page = new Console((why, user) => {
    signedOut.show(why, user);
  });
  const events: SessionEvents = {
    renewed: ({ token }) => {
      page.renewed(token);
    },
    over: (why) => {
      page.end(why);
    },
  };

  const signIn = async (user: number): Promise<void> => {
    const session = await ConsoleSession.begin(user, events);
    if (typeof session === "string") {
      signedOut.failed(session);
      return;
    }
    signedOut.hide();
    await page.open(session);
  };

  void ConsoleSession.resume(events).then((session) =>
    session === undefined ? signIn(firstUser) : page.open(session),
  );
}

start();
void startShell();
