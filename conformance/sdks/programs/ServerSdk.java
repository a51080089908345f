import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.pusher.rest.Pusher;
import com.pusher.rest.data.Event;
import com.pusher.rest.data.PresenceUser;
import com.pusher.rest.data.Result;
import com.pusher.rest.data.Validity;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The official Java library: told what to do, and answering, in lines of JSON. Argument: its terms. */
public final class ServerSdk {
  private static final Gson GSON = new Gson();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private static String text(JsonObject command, String name) {
    return command.has(name) ? command.get(name).getAsString() : null;
  }

  private static Object value(JsonObject command, String name) {
    return GSON.fromJson(command.get(name), Object.class);
  }

  /** The library throws nothing for what the server refuses: the result says so. */
  private static JsonElement read(Result result) {
    if (result.getStatus() == Result.Status.SUCCESS) {
      return JsonParser.parseString(result.getMessage());
    }
    throw new IllegalStateException(result.getStatus() + ": " + result.getMessage());
  }

  private static JsonElement perform(Pusher pusher, JsonObject command) {
    switch (text(command, "do")) {
      case "trigger":
        List<String> channels = new ArrayList<>();
        command.get("channels").getAsJsonArray().forEach(name -> channels.add(name.getAsString()));
        return read(
            pusher.trigger(channels, text(command, "event"), value(command, "data"), text(command, "socketId")));
      case "batch":
        List<Event> events = new ArrayList<>();
        JsonArray given = command.get("events").getAsJsonArray();
        for (JsonElement one : given) {
          JsonObject event = one.getAsJsonObject();
          events.add(new Event(text(event, "channel"), text(event, "name"), value(event, "data")));
        }
        return read(pusher.trigger(events));
      case "channels":
        Map<String, String> filter = Map.of("filter_by_prefix", text(command, "prefix"), "info", text(command, "info"));
        return read(pusher.get("/channels", filter));
      case "channel":
        return read(pusher.get("/channels/" + text(command, "name"), Map.of("info", text(command, "info"))));
      case "users":
        return read(pusher.get("/channels/" + text(command, "name") + "/users"));
      case "terminate":
        // It has no method for it: any path can be posted to.
        return read(pusher.post("/users/" + text(command, "user") + "/terminate_connections", "{}"));
      case "authorize":
        if (command.has("member")) {
          JsonObject member = command.get("member").getAsJsonObject();
          PresenceUser user = new PresenceUser(text(member, "user_id"), value(member, "user_info"));
          return JsonParser.parseString(
              pusher.authenticate(text(command, "socketId"), text(command, "channel"), user));
        }
        return JsonParser.parseString(pusher.authenticate(text(command, "socketId"), text(command, "channel")));
      case "webhook":
        Validity validity =
            pusher.validateWebhookSignature(
                text(command, "key"), text(command, "signature"), text(command, "body"));
        return GSON.toJsonTree(validity == Validity.VALID);
      default:
        throw new UnsupportedOperationException(text(command, "do"));
    }
  }

  public static void main(String[] args) throws Exception {
    JsonObject terms = JsonParser.parseString(args[0]).getAsJsonObject();
    Pusher pusher = new Pusher(text(terms, "id"), text(terms, "key"), text(terms, "secret"));
    pusher.setHost(text(terms, "host") + ":" + text(terms, "port"));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject answer = new JsonObject();
      try {
        answer.add("ok", perform(pusher, JsonParser.parseString(line).getAsJsonObject()));
      } catch (RuntimeException refused) {
        answer.addProperty("error", refused.getClass().getSimpleName() + ": " + refused.getMessage());
      }
      OUT.println(answer);
    }
    System.exit(0);
  }
}
