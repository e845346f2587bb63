package io.nationtech.iot.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nationtech.iot.codec.IdentityDocument;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a pin is written. */
class PinTest {
  private static final IdentityDocument OURS =
      new IdentityDocument("https://id.example", "4711", "400");
  private static final Optional<String> TEXT = Optional.of(OURS.encode());

  @Test
  void whatTheSpecSaysIsWrittenWhereItIsNotThere() {
    assertEquals(TEXT, new Pin(0, Optional.empty()).change(Optional.of(OURS)));
    assertEquals(TEXT, new Pin(7, Optional.of("nonsense")).change(Optional.of(OURS)));
    var another = new IdentityDocument("https://id.example", "4711", "500");
    assertEquals(TEXT, new Pin(7, Optional.of(another.encode())).change(Optional.of(OURS)));
  }

  @Test
  void whatIsThereIsNotWrittenAgain() {
    assertEquals(Optional.empty(), new Pin(7, TEXT).change(Optional.of(OURS)));
  }

  @Test
  void aSpecThatSaysNothingLeavesThePin() {
    assertEquals(Optional.empty(), new Pin(7, TEXT).change(Optional.empty()));
    assertEquals(Optional.empty(), new Pin(0, Optional.empty()).change(Optional.empty()));
  }
}
