package io.nationtech.iot.codec;

/** Text of a stranger's, made fit for one line of a log or of a status. */
public final class Shown {
  private static final int MAX = 64;

  private Shown() {}

  /** Three such texts, each in quotes. */
  public static String shown(IdentityDocument identity) {
    return "subject %s of %s, organisation %s"
        .formatted(
            shown(identity.subject()), shown(identity.issuer()), shown(identity.organisation()));
  }

  /** At most 64 characters, printable ASCII, in quotes. */
  public static String shown(String text) {
    var shown = new StringBuilder("'");
    for (int i = 0; i < Math.min(text.length(), MAX); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c <= '~' && c != '\'' ? c : '?');
    }
    return shown.append(text.length() > MAX ? "...'" : "'").toString();
  }
}
