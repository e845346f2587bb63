package io.nationtech.iot.callout.kick;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nationtech.iot.nats.NatsException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One server's answer to CONNZ.
 *
 * @param server its id, which requests to it alone are addressed by
 * @param at when it looked, by its own clock
 */
record Listed(String server, String serverName, Instant at, List<Open> connections) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A connection that is open.
   *
   * @param id unique at its server only
   * @param since by the server's clock
   */
  record Open(long id, String peer, Instant since) {}

  /**
   * {@code name}: whose connections were asked for. A server that did not understand that part of
   * the question lists everybody's, so it is looked at again.
   */
  static Listed read(byte[] answer, String name) {
    try {
      var json = JSON.readTree(answer);
      var server = json.path("server");
      var data = json.path("data");
      var found = new ArrayList<Open>();
      for (var connection : data.path("connections")) {
        if (connection.path("authorized_user").asText().equals(name)) {
          found.add(open(connection));
        }
      }
      return new Listed(
          server.path("id").asText(),
          server.path("name").asText(),
          Instant.parse(data.path("now").asText()),
          List.copyOf(found));
    } catch (JacksonException | DateTimeException e) {
      throw new NatsException("a server's list of connections can't be understood");
    } catch (IOException e) {
      throw new NatsException("a server's list of connections can't be read");
    }
  }

  private static Open open(JsonNode connection) {
    return new Open(
        connection.path("cid").asLong(),
        connection.path("ip").asText() + ":" + connection.path("port").asInt(),
        Instant.parse(connection.path("start").asText()));
  }
}
