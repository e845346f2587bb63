package io.nationtech.iot.nats;

import java.util.Map;

/** One message as it came: {@code headers} holds the first value of each. */
public record Message(String subject, Map<String, String> headers, byte[] data) {
  static Message of(io.nats.client.Message message) {
    var headers = message.getHeaders();
    return new Message(
        message.getSubject(),
        headers == null
            ? Map.of()
            : headers.keySet().stream()
                .collect(
                    java.util.stream.Collectors.toMap(
                        key -> key, key -> String.valueOf(headers.getFirst(key)))),
        message.getData());
  }
}
