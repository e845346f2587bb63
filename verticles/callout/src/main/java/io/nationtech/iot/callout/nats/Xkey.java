package io.nationtech.iot.callout.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A curve key of NATS: {@code xkv1}, 24 bytes of nonce, and a NaCl box. */
public final class Xkey {
  private static final byte[] VERSION = "xkv1".getBytes(US_ASCII);
  private static final int NONCE_BYTES = 24;
  private static final int MAC_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final int OVERHEAD = 4 + NONCE_BYTES + MAC_BYTES;
  private static final int MOST_PEERS = 256;

  private final SecureRandom random = new SecureRandom();
  private final byte[] secret;
  private final String publicKey;

  /** The slow half of a box is the same for every message to or from one peer. */
  private final Map<String, byte[]> shared = Collections.synchronizedMap(new Recent());

  /** Of a seed such as {@code SX...}. */
  public static Xkey ofSeed(String seed) {
    return new Xkey(
        Nkey.seed(Nkey.Kind.CURVE, seed)
            .orElseThrow(() -> new IllegalArgumentException("not the seed of an xkey")));
  }

  public static Xkey generate() {
    var seed = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(seed);
    return new Xkey(seed);
  }

  private Xkey(byte[] seed) {
    var publicBytes = new byte[KEY_BYTES];
    Sodium.require(Sodium.LIBRARY.crypto_scalarmult_base(publicBytes, seed));
    this.secret = seed;
    this.publicKey = Nkey.publicText(Nkey.Kind.CURVE, publicBytes);
  }

  public String publicKey() {
    return publicKey;
  }

  public String seed() {
    return Nkey.seedText(Nkey.Kind.CURVE, secret);
  }

  /** What {@code sender} sealed for us, empty where it did not. */
  Optional<byte[]> open(byte[] sealed, String sender) {
    if (sealed.length <= OVERHEAD
        || !Arrays.equals(sealed, 0, VERSION.length, VERSION, 0, VERSION.length)) {
      return Optional.empty();
    }
    var key = sharedWith(sender);
    if (key == null) {
      return Optional.empty();
    }
    var nonce = Arrays.copyOfRange(sealed, VERSION.length, VERSION.length + NONCE_BYTES);
    var box = Arrays.copyOfRange(sealed, VERSION.length + NONCE_BYTES, sealed.length);
    var message = new byte[box.length - MAC_BYTES];
    return Sodium.LIBRARY.crypto_box_open_easy_afternm(message, box, box.length, nonce, key) == 0
        ? Optional.of(message)
        : Optional.empty();
  }

  /** Sealed so that only {@code recipient} can read it. */
  byte[] seal(byte[] message, String recipient) {
    var key = sharedWith(recipient);
    if (key == null) {
      throw new IllegalArgumentException("not an xkey");
    }
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var box = new byte[message.length + MAC_BYTES];
    Sodium.require(
        Sodium.LIBRARY.crypto_box_easy_afternm(box, message, message.length, nonce, key));
    return ByteBuffer.allocate(message.length + OVERHEAD).put(VERSION).put(nonce).put(box).array();
  }

  private byte @Nullable [] sharedWith(String peer) {
    var known = shared.get(peer);
    if (known != null) {
      return known;
    }
    var publicBytes = Nkey.publicKey(Nkey.Kind.CURVE, peer);
    var made = new byte[KEY_BYTES];
    if (publicBytes.isEmpty()
        || Sodium.LIBRARY.crypto_box_beforenm(made, publicBytes.get(), secret) != 0) {
      return null;
    }
    shared.put(peer, made);
    return made;
  }

  @Override
  public String toString() {
    return publicKey;
  }

  /** Servers make a new key at every start: the old ones are forgotten. */
  private static final class Recent extends LinkedHashMap<String, byte[]> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
      return size() > MOST_PEERS;
    }
  }
}
