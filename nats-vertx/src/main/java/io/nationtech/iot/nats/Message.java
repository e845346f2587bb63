package io.nationtech.iot.nats;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One message as it came: {@code headers} holds the first value of each, {@code replyTo} where an
 * answer is wanted, {@code arrivedNanos} is {@link System#nanoTime} when it was read.
 */
public record Message(
    String subject,
    Map<String, String> headers,
    byte[] data,
    Optional<String> replyTo,
    long arrivedNanos) {
  static Message of(io.nats.client.Message message) {
    var headers = message.getHeaders();
    return new Message(
        message.getSubject(),
        headers == null
            ? Map.of()
            : headers.keySet().stream()
                .collect(
                    Collectors.toMap(key -> key, key -> String.valueOf(headers.getFirst(key)))),
        message.getData(),
        Optional.ofNullable(message.getReplyTo()),
        System.nanoTime());
  }
}
