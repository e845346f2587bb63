package io.nationtech.iot.agent.plan;

/**
 * How full a disk is, as df counts it: of what may be used.
 *
 * @param free bytes that may still be used
 * @param used bytes
 */
public record DiskSpace(long free, long used) {
  private static final long FEW_BYTES = 64L << 20;
  private static final int FEW_PERCENT = 5;
  private static final int ALL = 100;

  /** Rounded up, as df does. */
  public int percent() {
    return used + free == 0 ? 0 : (int) Math.ceilDiv(used * ALL, used + free);
  }

  /** How many bytes have to go until no more than {@code percent} are used. */
  public long above(int percent) {
    return Math.max(0, used - (used + free) / ALL * percent);
  }

  /** With less nothing is pulled whose size nobody knows. */
  public long floor() {
    return Math.min(FEW_BYTES, (used + free) / ALL * FEW_PERCENT);
  }
}
