package io.nationtech.iot.operator.desired;

/**
 * The brake: a wrong kubeconfig or an old backup must not empty a plant, so that many devices do
 * not lose deployments that nobody was seen to end.
 */
public final class MassRemoval {
  private static final int FEW = 5;
  private static final int SHARE = 10;

  private MassRemoval() {}

  /** Whether {@code losing} of {@code devices} devices are too many. */
  public static boolean tooMany(int losing, int devices) {
    return losing > FEW && losing * SHARE > devices;
  }
}
