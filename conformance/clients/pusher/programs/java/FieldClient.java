import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.pusher.client.Pusher;
import com.pusher.client.PusherOptions;
import com.pusher.client.channel.PresenceChannelEventListener;
import com.pusher.client.channel.PrivateChannelEventListener;
import com.pusher.client.channel.PusherEvent;
import com.pusher.client.channel.User;
import com.pusher.client.connection.ConnectionEventListener;
import com.pusher.client.connection.ConnectionState;
import com.pusher.client.connection.ConnectionStateChange;
import com.pusher.client.util.HttpAuthorizer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The official Java client: told what to do, and saying what it hears, in lines of JSON. Argument: its terms. */
public final class FieldClient {
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();
  private static final String[] PROTOCOL_EVENTS = {
    "pusher:cache_miss", "pusher:subscription_count", "pusher:subscription_error"
  };
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  static synchronized void say(String kind, Object... namesAndValues) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    OUT.println(GSON.toJson(line));
  }

  static JsonObject parsed(String json) {
    return new JsonParser().parse(json).getAsJsonObject();
  }

  /** As a value, which old versions of Gson print as it was; they have no right word for an element in a map. */
  static Object infoOf(User user) {
    return GSON.fromJson(user.getInfo(), Object.class);
  }

  /** What is heard of one channel. */
  static class Listener implements PrivateChannelEventListener {
    private final String channel;

    Listener(String channel) {
      this.channel = channel;
    }

    @Override
    public void onEvent(PusherEvent event) {
      if (event.getEventName().equals("pusher:subscription_count")) {
        say("count", "channel", channel, "count", parsed(event.getData()).get("subscription_count").getAsInt());
        return;
      }
      if (event.getEventName().equals("pusher:subscription_error")) {
        say("refused", "channel", channel, "error", GSON.fromJson(event.getData(), Object.class));
        return;
      }
      try {
        say(
            "event",
            "channel", event.getChannelName(),
            "event", event.getEventName(),
            "data", event.getData(),
            "user", event.getUserId());
      } catch (ClassCastException notText) {
        say("error", "code", null, "message", event.getEventName() + ": " + notText);
      }
    }

    @Override
    public void onSubscriptionSucceeded(String name) {
      say("subscribed", "channel", name);
    }

    @Override
    public void onAuthenticationFailure(String message, Exception cause) {
      say("refused", "channel", channel, "error", Map.of("message", message, "cause", String.valueOf(cause)));
    }
  }

  private static final class PresenceListener extends Listener implements PresenceChannelEventListener {
    PresenceListener(String channel) {
      super(channel);
    }

    /** The members come right after it, with all that there is to say. */
    @Override
    public void onSubscriptionSucceeded(String name) {}

    @Override
    public void onUsersInformationReceived(String name, Set<User> users) {
      Map<String, Object> members = new LinkedHashMap<>();
      for (User user : users) {
        members.put(user.getId(), infoOf(user));
      }
      say("subscribed", "channel", name, "members", members);
    }

    @Override
    public void userSubscribed(String name, User user) {
      say("joined", "channel", name, "id", user.getId(), "info", infoOf(user));
    }

    @Override
    public void userUnsubscribed(String name, User user) {
      say("left", "channel", name, "id", user.getId());
    }
  }

  private static Pusher connect(JsonObject terms) {
    Map<String, String> headers = Map.of("Authorization", "Bearer " + terms.get("bearer").getAsString());
    HttpAuthorizer authorizer = new HttpAuthorizer(terms.get("authUrl").getAsString());
    authorizer.setHeaders(headers);
    PusherOptions options = new PusherOptions();
    options.setHost(terms.get("host").getAsString());
    options.setWsPort(terms.get("port").getAsInt());
    // 2.0.2 has this name alone, 2.4.4 this one and setUseTLS.
    options.setEncrypted(false);
    options.setAuthorizer(authorizer);
    options.setActivityTimeout(terms.get("activityTimeout").getAsLong());
    options.setPongTimeout(terms.get("pongTimeout").getAsLong());
    Newer.authenticateUsers(options, terms.get("userAuthUrl").getAsString(), headers);
    Pusher pusher = new Pusher(terms.get("key").getAsString(), options);
    pusher.connect(
        new ConnectionEventListener() {
          @Override
          public void onConnectionStateChange(ConnectionStateChange change) {
            say("state", "state", change.getCurrentState().name().toLowerCase(Locale.ROOT));
          }

          @Override
          public void onError(String message, String code, Exception cause) {
            String told = cause == null ? message : message + ": " + cause;
            say("error", "code", code == null ? null : Integer.valueOf(code), "message", told);
          }
        },
        ConnectionState.ALL);
    return pusher;
  }

  static String[] names(JsonObject command, String... more) {
    List<String> names = new ArrayList<>(List.of(more));
    command.get("events").getAsJsonArray().forEach(name -> names.add(name.getAsString()));
    return names.toArray(new String[0]);
  }

  private static void subscribe(Pusher pusher, String channel, String[] events) {
    if (channel.startsWith("private-encrypted-")) {
      Newer.subscribeEncrypted(pusher, channel, events);
    } else if (channel.startsWith("private-")) {
      pusher.subscribePrivate(channel, new Listener(channel), events);
    } else if (channel.startsWith("presence-")) {
      pusher.subscribePresence(channel, new PresenceListener(channel), events);
    } else {
      pusher.subscribe(channel, new Listener(channel), events);
    }
  }

  private static void trigger(Pusher pusher, String channel, String event, String data) {
    if (channel.startsWith("presence-")) {
      pusher.getPresenceChannel(channel).trigger(event, data);
    } else {
      pusher.getPrivateChannel(channel).trigger(event, data);
    }
  }

  public static void main(String[] args) throws Exception {
    Pusher pusher = connect(parsed(args[0]));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject command = parsed(line);
      String channel = command.has("channel") ? command.get("channel").getAsString() : "";
      switch (command.get("do").getAsString()) {
        case "subscribe":
          subscribe(pusher, channel, names(command, PROTOCOL_EVENTS));
          break;
        case "unsubscribe":
          pusher.unsubscribe(channel);
          break;
        case "trigger":
          trigger(pusher, channel, command.get("event").getAsString(), command.get("data").toString());
          break;
        case "signin":
          Newer.signIn(pusher, names(command));
          break;
        default:
          throw new IllegalArgumentException(line);
      }
    }
    pusher.disconnect();
    System.exit(0);
  }
}
