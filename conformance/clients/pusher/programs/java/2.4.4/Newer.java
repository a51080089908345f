import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import com.pusher.client.channel.PrivateEncryptedChannelEventListener;
import com.pusher.client.util.HttpUserAuthenticator;
import java.util.Map;

/** What 2.4.4 has more than 2.0.2. */
final class Newer {
  private static final class EncryptedListener extends FieldClient.Listener
      implements PrivateEncryptedChannelEventListener {
    private final String channel;

    EncryptedListener(String channel) {
      super(channel);
      this.channel = channel;
    }

    @Override
    public void onDecryptionFailure(String event, String reason) {
      FieldClient.say("error", "code", null, "message", channel + " " + event + ": " + reason);
    }
  }

  private Newer() {}

  static void authenticateUsers(PusherOptions options, String url, Map<String, String> headers) {
    HttpUserAuthenticator authenticator = new HttpUserAuthenticator(url);
    authenticator.setHeaders(headers);
    options.setUserAuthenticator(authenticator);
  }

  static void subscribeEncrypted(Pusher pusher, String channel, String[] events) {
    pusher.subscribePrivateEncrypted(channel, new EncryptedListener(channel), events);
  }

  static void signIn(Pusher pusher, String[] events) {
    for (String name : events) {
      pusher
          .user()
          .bind(
              name,
              event ->
                  FieldClient.say("user-event", "event", event.getEventName(), "data", event.getData()));
    }
    pusher.signin();
  }
}
