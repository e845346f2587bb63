package io.nationtech.iot.codec;

import io.nationtech.iot.codec.PodmanV0.Registry;
import io.nationtech.iot.codec.PodmanV0.Secret;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what a score says of secrets; never their values. */
final class SecretReader {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[0-9]{1,5})?");
  private static final Pattern VARIABLE = Pattern.compile("[^=\\p{Cntrl}]{1,128}");
  private static final Pattern WORD = Pattern.compile("[^/\\p{Cntrl}]{1,128}");
  private static final int LONGEST_PATH = 512;
  private static final String RELATIVE = "must be a path without '.', '..' and '//', not from '/'";
  private static final String KEY = "must be a key of a secret";

  private SecretReader() {}

  static Secret secret(Fields secret) throws MalformedDocumentException {
    var env = secret.optionalMatch("env", VARIABLE.asMatchPredicate(), "must be a variable's name");
    var file = secret.optionalMatch("file", ServiceReader::isPath, ServiceReader.ABSOLUTE);
    if (env.isPresent() == file.isPresent()) {
      throw secret.malformed("env", "or file must be given, and not both");
    }
    return new Secret(
        ServiceReader.label(secret, "name"), path(secret), key(secret, "key"), env, file);
  }

  static Registry registry(Fields registry) throws MalformedDocumentException {
    var host = registry.match("host", HOST.asMatchPredicate(), "must be a host, or host:port");
    return registry.below(
        "secret",
        secret ->
            new Registry(
                host, path(secret), key(secret, "usernameKey"), key(secret, "passwordKey")));
  }

  /** A way up would lead to the secrets of another deployment. */
  private static String path(Fields fields) throws MalformedDocumentException {
    return fields.match("path", SecretReader::isBelow, RELATIVE);
  }

  private static boolean isBelow(String path) {
    return path.length() <= LONGEST_PATH
        && Stream.of(path.split("/", -1)).allMatch(SecretReader::isName);
  }

  private static boolean isName(String part) {
    return WORD.matcher(part).matches() && !part.equals(".") && !part.equals("..");
  }

  private static String key(Fields fields, String name) throws MalformedDocumentException {
    return fields.match(name, WORD.asMatchPredicate(), KEY);
  }
}
