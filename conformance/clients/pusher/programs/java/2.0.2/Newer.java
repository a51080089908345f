import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import java.util.Map;

/** What 2.0.2 has not. */
final class Newer {
  private Newer() {}

  static void authenticateUsers(PusherOptions options, String url, Map<String, String> headers) {}

  /** To 2.0.2 it is a private channel like any other: its user gets the cipher text. */
  static void subscribeEncrypted(Pusher pusher, String channel, String[] events) {
    pusher.subscribePrivate(channel, new FieldClient.Listener(channel), events);
  }

  static void signIn(Pusher pusher, String[] events) {
    throw new UnsupportedOperationException("2.0.2 cannot sign in");
  }
}
