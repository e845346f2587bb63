package io.nationtech.iot.platform.power;

import io.nationtech.iot.platform.Images;

/**
 * What the device must run: {@code main}, and beside it {@code extra} or not.
 *
 * @param version of {@code main}; -n is one that does not stay up, tried while n runs
 * @param generation changes nothing that runs
 */
record Wanted(int version, boolean extra, int generation) {
  static final String MAIN = "main";
  static final String EXTRA = "extra";

  boolean good() {
    return version > 0;
  }

  /** The sign of version {@code version} in its container's label. */
  static String sign(int version) {
    return "\"value\":\"version %d\"".formatted(version);
  }

  Wanted next() {
    return new Wanted(version + 1, !extra, generation);
  }

  /** A version that nobody has seen yet, and that does not stay up. */
  Wanted bad() {
    return new Wanted(-version, extra, generation + 1);
  }

  /** The one before it. */
  Wanted backToGood() {
    return new Wanted(Math.abs(version), extra, generation + 1);
  }

  Wanted again() {
    return new Wanted(version, extra, generation + 1);
  }

  String document(String device) {
    var others = extra ? "," + deployment(EXTRA, 1) : "";
    return """
        {"device":"%s","owner":"power/power","paused":false,"deployments":{%s%s}}\
        """
        .formatted(device, deployment(MAIN, version), others);
  }

  private String deployment(String name, int version) {
    return """
    "%s":{"uid":"uid-%s","generation":%d,"since":"2026-11-23T09:59:58Z","retry":0,"update":{},
    "score":{"type":"PodmanV0","data":{"services":[{"name":"web","image":"%s",
    "env":[{"name":"VERSION","value":"version %d"}]%s}]}}}\
    """
        .formatted(
            name,
            name,
            generation,
            version % 2 == 0 ? Images.HELLO_2 : Images.HELLO_1,
            version,
            version > 0 ? "" : ",\"command\":[\"/bin/false\",\"%d\"]".formatted(generation));
  }
}
