package io.nationtech.iot.callout.kick;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nationtech.iot.codec.Wire;
import io.nationtech.iot.nats.NatsConnection;
import io.nationtech.iot.nats.NatsException;
import io.nationtech.iot.nats.Survey;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the servers answer to a user of their system account. */
final class SystemAccount implements Servers {
  private static final JsonMapper JSON = new JsonMapper();

  /** A server's own limit where none is asked for. */
  private static final int AT_ONCE = 1024;

  private final NatsConnection connection;
  private final Survey survey;

  SystemAccount(NatsConnection connection) {
    this.connection = connection;
    this.survey = new Survey(connection);
  }

  @Override
  public Future<Integer> count() {
    return survey
        .ask(Wire.SERVERS, new byte[0], 1)
        .map(
            answers -> {
              if (answers.isEmpty()) {
                throw new NatsException("no answer on " + Wire.SERVERS);
              }
              return json(answers.getFirst().data()).path("statsz").path("active_servers").asInt(1);
            })
        .recover(
            e ->
                Future.failedFuture(
                    new NatsException(
                        e.getMessage() + ": is this a user of the servers' system account?")));
  }

  @Override
  public Future<List<Listed>> connections(String account, String name, int servers) {
    var question =
        JsonNodeFactory.instance
            .objectNode()
            .put("auth", true)
            .put("user", name)
            .put("limit", AT_ONCE);
    return survey
        .ask(Wire.connections(account), question.toString().getBytes(UTF_8), servers)
        .map(answers -> answers.stream().map(one -> Listed.read(one.data(), name)).toList());
  }

  @Override
  public Future<Void> close(String server, long connectionId) {
    var question = JsonNodeFactory.instance.objectNode().put("cid", connectionId);
    return connection
        .request(Wire.kick(server), Map.of(), question.toString().getBytes(UTF_8))
        .map(
            answer -> {
              var error = error(answer.getData());
              if (!error.isEmpty() && !error.startsWith("no such client")) {
                throw new NatsException(error);
              }
              return null;
            });
  }

  @Override
  public Future<Boolean> know(String account, int servers) {
    var subject = Wire.accountInfo(account);
    return survey
        .ask(subject, new byte[0], servers)
        .map(
            answers -> {
              if (answers.isEmpty()) {
                throw new NatsException("no answer on " + subject + ": may this user ask that?");
              }
              return answers.stream().anyMatch(one -> error(one.data()).isEmpty());
            });
  }

  private static String error(byte[] answer) {
    return json(answer).path("error").path("description").asText();
  }

  private static JsonNode json(byte[] answer) {
    try {
      return JSON.readTree(answer);
    } catch (JacksonException e) {
      throw new NatsException("a server's answer is no JSON");
    } catch (IOException e) {
      throw new NatsException("a server's answer can't be read");
    }
  }
}
