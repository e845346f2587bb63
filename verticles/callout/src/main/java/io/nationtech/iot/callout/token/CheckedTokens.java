package io.nationtech.iot.callout.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens whose signature was right, most lately used last: whoever lost a connection comes back
 * with the same one, all of them at once where a server was restarted. Only the signature is
 * remembered, everything else about a token is decided anew each time.
 *
 * <p>What is kept is SHA-256 of the whole token: nobody can use it, and to find another token with
 * the same one is as hard as to forge the signature, which is made over the same hash.
 */
final class CheckedTokens {
  /** Some 150 bytes each. */
  static final int MOST = 20_000;

  private static final boolean BY_USE = true;

  private final Map<ByteBuffer, Boolean> hashes =
      new LinkedHashMap<>(16, 0.75f, BY_USE) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
          return size() > MOST;
        }
      };

  boolean contains(String token) {
    return hashes.get(hash(token)) != null;
  }

  void add(String token) {
    hashes.put(hash(token), true);
  }

  int size() {
    return hashes.size();
  }

  private static ByteBuffer hash(String token) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
