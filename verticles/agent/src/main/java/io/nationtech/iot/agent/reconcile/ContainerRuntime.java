package io.nationtech.iot.agent.reconcile;

import io.nationtech.iot.agent.plan.LockFile;
import io.nationtech.iot.agent.plan.ObservedContainer;
import io.nationtech.iot.agent.plan.ServiceKey;
import io.nationtech.iot.codec.PodmanV0.Service;
import io.nationtech.iot.codec.ReportedDocument.Host;
import io.nationtech.iot.codec.Update.Lock;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What runs containers on this machine. Every future fails with a {@link RuntimeFailure}; results
 * come on the caller's context.
 */
public interface ContainerRuntime {
  /** The machine and the runtime's version. */
  Future<Host> host();

  /** All containers of this device, running or not. */
  Future<List<ObservedContainer>> observe();

  /**
   * Has the service's image here, pulled where its pull policy asks for that, and gives its id; a
   * pull can take hours, and ends where {@code unwanted} completes.
   */
  Future<String> provideImage(
      Service service, Delivery delivery, Runnable pulling, Future<Void> unwanted);

  /**
   * Has the service's image here anew, since what is here of it is damaged; nothing is removed
   * before its registry has answered, and nothing that a container uses.
   */
  Future<Void> renewImage(Service service, Delivery delivery, Future<Void> unwanted);

  /**
   * Makes a container and gives its id. Where the values of its secrets can't be had, those that
   * were delivered to its deployment before are taken.
   *
   * @param image what it is made from: the service's own, or an image's id
   */
  Future<String> create(
      ServiceKey key, String name, Service service, String image, Delivery delivery);

  /** Looks for the file by which an application holds its update off; never fails. */
  Future<LockFile> lock(String deployment, Lock lock);

  Future<Void> start(String container);

  /**
   * Looks at the health of a container that runs, and gives the runtime's word for it, after as
   * long as the check's command takes; fails after {@code patience}.
   */
  Future<String> checkHealth(String container, Duration patience);

  /** Asks the container to end, and kills it after {@code patience}. */
  Future<Void> stop(String container, Duration patience);

  /** Removes a container, running or not; named volumes stay. */
  Future<Void> remove(String container);

  Future<Void> rename(String container, String name);

  /** Removes the networks and secrets that were made for any other than these deployments. */
  Future<Void> removeLeftovers(Set<String> keptDeployments);

  /**
   * Removes images that the agent pulled and nobody needs any more, where their disk is too full;
   * {@code wanted}: names and ids of images that are.
   */
  Future<Void> collectImages(Set<String> wanted);

  /** Calls {@code changed} whenever anything happened to any container, for ever. */
  void watch(Runnable changed);
}
