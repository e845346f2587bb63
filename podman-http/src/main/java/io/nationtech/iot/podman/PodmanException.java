package io.nationtech.iot.podman;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.regex.Pattern;

/** What podman answered instead of doing it; the message is podman's own. */
public final class PodmanException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Not "no such file": that is about what is in a container, or on the disk. */
  private static final Pattern NOT_THERE =
      Pattern.compile(
          "no such (container|volume|image|object|secret)|(image|volume) not known|network not found");

  private static final Pattern FULL = Pattern.compile("no space left|disk quota exceeded");

  /**
   * What podman says where a power cut, or a person, took a part of its storage away: a layer, a
   * link, a record. That a program is not there is for the OCI runtime to say, and no damage.
   */
  private static final Pattern DAMAGE =
      Pattern.compile(
          "mounting storage for container|(layer|container) not known"
              + "|/overlay\\S*: (no such file|invalid argument)"
              + "|symlinks: .*no such file|locating item named|nil pointer dereference"
              + "|structure needs cleaning|unexpected end of json",
          Pattern.DOTALL);

  private static final Pattern VOLUME_LOST = Pattern.compile("/_data: no such file");

  /** What went wrong, as far as a caller can act on it. */
  public enum Kind {
    /** No such container, volume, image, network or secret. */
    NOT_FOUND,
    /** The name is taken. */
    NAME_IN_USE,
    /** Something else on this machine has the port. */
    PORT_IN_USE,
    /** The image could not be had from its registry. */
    PULL_FAILED,
    /** A part of podman's storage is missing or can't be read. */
    DAMAGED,
    /** The directory of a volume is gone, and with it what was in it. */
    VOLUME_LOST,
    /** The disk is full. */
    DISK_FULL,
    /** podman did not answer in time. */
    TIMEOUT,
    /** The socket is not there, or nobody answers on it. */
    UNAVAILABLE,
    OTHER
  }

  private final Kind kind;

  public PodmanException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Classified by what podman says: 4.3 answers 500 where 5.x answers 404 or 409. */
  static PodmanException of(int status, String body) {
    String message = body.strip();
    try {
      message = new JsonObject(body).getString("message", message);
    } catch (DecodeException notJson) {
      // an error from before podman's own handlers is plain text
    }
    return new PodmanException(classify(status, message.toLowerCase(Locale.ROOT)), message);
  }

  /** The image could not be had, for what the answer says. */
  static PodmanException ofPull(String reference, String answer) {
    var kind = classify(500, answer.toLowerCase(Locale.ROOT));
    boolean ofThisMachine = kind == Kind.DAMAGED || kind == Kind.DISK_FULL;
    return new PodmanException(ofThisMachine ? kind : Kind.PULL_FAILED, reference + ": " + answer);
  }

  private static Kind classify(int status, String message) {
    if (FULL.matcher(message).find()) {
      return Kind.DISK_FULL;
    }
    if (VOLUME_LOST.matcher(message).find()) {
      return Kind.VOLUME_LOST;
    }
    if (DAMAGE.matcher(message).find() && !message.contains("oci runtime")) {
      return Kind.DAMAGED;
    }
    if (message.contains("address already in use")
        || message.contains("port is already allocated")) {
      return Kind.PORT_IN_USE;
    }
    if (message.contains("name")
        && (message.contains("already in use") || message.contains("secret name in use"))) {
      return Kind.NAME_IN_USE;
    }
    if (status == 404 || NOT_THERE.matcher(message).find()) {
      return Kind.NOT_FOUND;
    }
    return Kind.OTHER;
  }
}
