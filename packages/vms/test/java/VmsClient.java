import com.google.gson.JsonObject;
import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import com.pusher.client.channel.PrivateChannelEventListener;
import com.pusher.client.channel.PusherEvent;
import com.pusher.client.connection.ConnectionEventListener;
import com.pusher.client.connection.ConnectionState;
import com.pusher.client.connection.ConnectionStateChange;
import com.pusher.client.util.HttpAuthorizer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Connects as the Android app does: both channels, by the name of each event, authorised by the application's own
 * endpoint. Says what happens in lines of JSON, and ends when its standard input does.
 *
 * <p>Arguments: port of the socket, app key, URL of the endpoint, bearer token, user id, access token id.
 */
public final class VmsClient {
  private static final String NOTIFICATION =
      "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated";
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  /** The prefix that the Android app puts where the address has none, on the URL that the client builds. */
  private static final class AndroidOptions extends PusherOptions {
    @Override
    public String buildUrl(String apiKey) {
      return super.buildUrl(apiKey).replaceFirst("/app/", "/pusher/app/");
    }
  }

  private static synchronized void say(String... namesAndValues) {
    JsonObject line = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.addProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    OUT.println(line);
  }

  private static final class Listener implements PrivateChannelEventListener {
    @Override
    public void onEvent(PusherEvent event) {
      say("kind", "event", "channel", event.getChannelName(), "event", event.getEventName(), "data", event.getData());
    }

    @Override
    public void onSubscriptionSucceeded(String channel) {
      say("kind", "subscribed", "channel", channel);
    }

    @Override
    public void onAuthenticationFailure(String message, Exception cause) {
      say("kind", "refused", "message", message, "cause", String.valueOf(cause));
    }
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + args[3]);
    HttpAuthorizer authorizer = new HttpAuthorizer(args[2]);
    authorizer.setHeaders(headers);
    PusherOptions options = new AndroidOptions();
    options.setHost("127.0.0.1");
    options.setWsPort(Integer.parseInt(args[0]));
    // 2.0.2 has this name alone, 2.4.4 this one and setUseTLS.
    options.setEncrypted(false);
    options.setAuthorizer(authorizer);

    Pusher pusher = new Pusher(args[1], options);
    pusher.connect(
        new ConnectionEventListener() {
          @Override
          public void onConnectionStateChange(ConnectionStateChange change) {
            say("kind", "state", "state", change.getCurrentState().name());
          }

          @Override
          public void onError(String message, String code, Exception cause) {
            say("kind", "error", "message", message, "code", code, "cause", String.valueOf(cause));
          }
        },
        ConnectionState.ALL);
    Listener listener = new Listener();
    pusher.subscribePrivate("private-user." + args[4], listener, "App\\Events\\UserPush", NOTIFICATION);
    pusher.subscribePrivate("private-token." + args[5], listener, "App\\Events\\TokenPush", NOTIFICATION);

    while (System.in.read() >= 0) {
      // Nothing is said to it: the end is all it waits for.
    }
    pusher.disconnect();
    System.exit(0);
  }
}
