package io.nationtech.iot.operator.api;

import io.nationtech.iot.codec.Wire;

/** Patterns and sizes of the schemas: every string and list has one, so that rules stay cheap. */
final class Limits {
  /** One label of a DNS name: devices, deployments, services and volumes. */
  static final String LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

  static final int LABEL_LENGTH = 63;
  private static final String PART_OF_PATH = "([^/.][^/]*|\\.[^/.][^/]*|\\.\\.[^/]+)";
  static final String ABSOLUTE_PATH = "^/.*$";

  /** No part of it is empty, '.' or '..'. */
  static final String RELATIVE_PATH = "^" + PART_OF_PATH + "(/" + PART_OF_PATH + ")*$";

  static final int PATH_LENGTH = 512;
  private static final String CRON_PART =
      "(\\*|[0-9A-Za-z]{1,3}(-[0-9A-Za-z]{1,3})?)(/[0-9]{1,2})?";
  private static final String CRON_FIELD = CRON_PART + "(," + CRON_PART + ")*";
  static final String CRON = "^" + CRON_FIELD + "( +" + CRON_FIELD + "){4}$";
  static final String NOT_BLANK = "^\\S+$";
  static final String URL = "^https?://[!-~]+$";
  static final String PRINTABLE = "^[!-~]+$";
  static final String VARIABLE = "^[^=\\x00]+$";
  static final int WORD = 128;
  static final int TEXT = 1024;
  static final int LONG_TEXT = 4096;
  static final int FILE = 65536;
  static final String PERCENTAGE = "^([1-9][0-9]?|100)%$";
  static final String OWN_LABELS_ONLY = "self.all(k, !k.startsWith('" + Wire.LABEL_PREFIX + "'))";

  private Limits() {}
}
