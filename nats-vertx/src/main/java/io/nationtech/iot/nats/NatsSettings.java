package io.nationtech.iot.nats;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where and as whom to connect.
 *
 * @param name what the server's own listings call this connection
 * @param inboxPrefix below which answers come
 * @param caFile certificates to trust in place of the system's, PEM
 */
public record NatsSettings(
    List<String> urls,
    String name,
    Credentials credentials,
    String inboxPrefix,
    Optional<Path> caFile) {}
