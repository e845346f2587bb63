package io.nationtech.iot.agent.status;

/**
 * One line of a diagnosis.
 *
 * @param remedy what to do; empty where all is well
 */
public record Finding(String subject, String words, String remedy) {

  public static Finding ok(String subject, String words) {
    return new Finding(subject, words, "");
  }

  public static Finding wrong(String subject, String words, String remedy) {
    return new Finding(subject, words, remedy);
  }

  public boolean ok() {
    return remedy.isEmpty();
  }
}
