package io.nationtech.iot.codec;

/** The one exception decoding throws; its message names the field and never holds the document. */
public final class MalformedDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedDocumentException(String message) {
    super(message);
  }
}
