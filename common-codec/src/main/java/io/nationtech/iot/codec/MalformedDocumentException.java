package io.nationtech.iot.codec;

/** The one exception decoding throws; its message names the field and never holds the document. */
public final class MalformedDocumentException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 300;

  public MalformedDocumentException(String message) {
    super(brief(message));
  }

  /** A field's name can be as long as the document, and hold what breaks a line of a log. */
  private static String brief(String message) {
    var printable = message.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
  }
}
