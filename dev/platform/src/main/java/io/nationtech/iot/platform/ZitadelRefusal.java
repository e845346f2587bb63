package io.nationtech.iot.platform;

import io.nationtech.iot.codec.CanonicalJson;
import io.nationtech.iot.codec.MalformedDocumentException;

/** What the identity provider would not do, and its own words for why. */
public final class ZitadelRefusal extends IllegalStateException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 200;

  private final int status;
  private final String words;

  ZitadelRefusal(String request, int status, String body) {
    super(request + ": HTTP " + status + ", " + words(body));
    this.status = status;
    this.words = words(body);
  }

  /** HTTP's. */
  public int status() {
    return status;
  }

  public String words() {
    return words;
  }

  private static String words(String body) {
    try {
      var json = CanonicalJson.parse(body);
      return json.path("message").asText(json.path("error_description").asText());
    } catch (MalformedDocumentException e) {
      var line = body.lines().findFirst().orElse("nothing");
      return line.substring(0, Math.min(line.length(), LONGEST));
    }
  }
}
