package io.nationtech.iot.callout.nats;

import com.goterl.lazysodium.SodiumJava;
import com.goterl.lazysodium.utils.LibraryLoader;

/** libsodium, from the jar. */
final class Sodium {
  static final SodiumJava LIBRARY = new SodiumJava(LibraryLoader.Mode.BUNDLED_ONLY);

  private Sodium() {}

  /** A key that libsodium can't use is a stranger's doing. */
  static void require(int result) {
    if (result != 0) {
      throw new IllegalArgumentException("libsodium refuses");
    }
  }
}
