package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a person sees of a stranger's words. */
class ShownTest {
  @Test
  void plainTextStandsInQuotes() {
    assertEquals("'4711'", Shown.shown("4711"));
    assertEquals("''", Shown.shown(""));
  }

  @Test
  void whatCouldFoolAReaderIsReplaced() {
    assertEquals("'a?b?c?d?e?'", Shown.shown("a\nb'c\u001bd\u202ee\u007f"));
  }

  @Test
  void whatIsLongIsCut() {
    assertEquals("'" + "x".repeat(64) + "'", Shown.shown("x".repeat(64)));
    assertEquals("'" + "x".repeat(64) + "...'", Shown.shown("x".repeat(65)));
  }

  @Test
  void anIdentityIsNamedByAllThree() {
    assertEquals(
        "subject '4711' of 'https://id.example', organisation '400'",
        Shown.shown(new IdentityDocument("https://id.example", "4711", "400")));
  }
}
