package io.nationtech.iot.callout.nats;

import java.security.SecureRandom;

/** An Ed25519 key pair of NATS. */
public final class Signer {
  private static final int SEED_BYTES = 32;
  private static final int PUBLIC_BYTES = 32;
  private static final int SECRET_BYTES = 64;
  private static final int SIGNATURE_BYTES = 64;

  private final String seedText;
  private final byte[] secret = new byte[SECRET_BYTES];
  private final String publicKey;

  /** Of a seed such as {@code SA...}. */
  public static Signer ofSeed(Nkey.Kind kind, String seed) {
    return new Signer(
        kind,
        Nkey.seed(kind, seed)
            .orElseThrow(() -> new IllegalArgumentException("not the seed of this kind of key")));
  }

  public static Signer generate(Nkey.Kind kind) {
    var seed = new byte[SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    return new Signer(kind, seed);
  }

  private Signer(Nkey.Kind kind, byte[] seed) {
    var publicBytes = new byte[PUBLIC_BYTES];
    Sodium.require(Sodium.LIBRARY.crypto_sign_seed_keypair(publicBytes, secret, seed));
    this.seedText = Nkey.seedText(kind, seed);
    this.publicKey = Nkey.publicText(kind, publicBytes);
  }

  public String publicKey() {
    return publicKey;
  }

  public String seed() {
    return seedText;
  }

  byte[] sign(byte[] message) {
    var signature = new byte[SIGNATURE_BYTES];
    Sodium.require(
        Sodium.LIBRARY.crypto_sign_detached(signature, null, message, message.length, secret));
    return signature;
  }

  static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && Sodium.LIBRARY.crypto_sign_verify_detached(signature, message, message.length, publicKey)
            == 0;
  }

  @Override
  public String toString() {
    return publicKey;
  }
}
