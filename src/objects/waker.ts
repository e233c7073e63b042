/** Real time for the host: an alarm that survives the object's sleep, timers that do not. */
import type { Waker } from "../host/ports";

export function objectWaker(storage: DurableObjectStorage): Waker {
  return {
    now: () => Date.now(),
    setAlarm: (at) => {
      if (at === undefined) void storage.deleteAlarm();
      else void storage.setAlarm(at);
    },
    setTimer: (callback, millis) => {
      const timer = setTimeout(callback, millis);
      return () => clearTimeout(timer);
    },
  };
}
