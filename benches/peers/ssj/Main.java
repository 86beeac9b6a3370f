// W1, W2 and W3 in SSJ: a class to each kind of event and an object to each event, as in the queues of its tutorial. Streams and event list are
// those of its own that are fastest here.

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Locale;
import umontreal.ssj.randvar.ExponentialGen;
import umontreal.ssj.randvar.RandomVariateGen;
import umontreal.ssj.rng.LFSR258;
import umontreal.ssj.rng.RandomStream;
import umontreal.ssj.simevents.Event;
import umontreal.ssj.simevents.Sim;
import umontreal.ssj.simevents.eventlist.Henriksen;

final class Main {
    private static final int SERVERS = 10;
    private static final int MANY = 1000;

    private final Recorder seen = new Recorder();
    private final RandomStream draws = new LFSR258();
    private final RandomVariateGen gaps;
    private Station[] stations;
    private long events;
    private long left;

    private Main(double rate, long customers) {
        gaps = new ExponentialGen(new LFSR258(), rate);
        left = customers;
    }

    private static final class Customer {
        final double came = Sim.time();
    }

    private interface Choice {
        Station station();
    }

    private interface Step {
        void take(Customer customer);
    }

    private final class Station {
        final int servers;
        final RandomVariateGen times;
        final Step then;
        final ArrayDeque<Customer> queue = new ArrayDeque<>();
        int load;

        Station(int servers, double mean, Step then) {
            this.servers = servers;
            this.times = new ExponentialGen(new LFSR258(), 1 / mean);
            this.then = then;
        }

        void enter(Customer customer) {
            load += 1;
            if (load <= servers) {
                new Departure(this, customer).schedule(times.nextDouble());
            } else {
                queue.addLast(customer);
            }
        }

        void leave(Customer customer) {
            load -= 1;
            if (!queue.isEmpty()) {
                new Departure(this, queue.removeFirst()).schedule(times.nextDouble());
            }
            then.take(customer);
        }
    }

    private final class Arrival extends Event {
        private final Choice choice;

        Arrival(Choice choice) {
            this.choice = choice;
        }

        @Override
        public void actions() {
            events += 1;
            left -= 1;
            if (left > 0) {
                new Arrival(choice).schedule(gaps.nextDouble());
            }
            choice.station().enter(new Customer());
        }
    }

    private final class Departure extends Event {
        private final Station station;
        private final Customer customer;

        Departure(Station station, Customer customer) {
            this.station = station;
            this.customer = customer;
        }

        @Override
        public void actions() {
            events += 1;
            station.leave(customer);
        }
    }

    private final class LookUp extends Event {
        private final Customer customer;

        LookUp(Customer customer) {
            this.customer = customer;
        }

        @Override
        public void actions() {
            events += 1;
            if (draws.nextDouble() < 0.8) {
                depart(customer);
            } else {
                stations[SERVERS].enter(customer);
            }
        }
    }

    private void depart(Customer customer) {
        seen.record(Sim.time() - customer.came);
    }

    private Station better() {
        int first = draws.nextInt(0, MANY - 1);
        int second = draws.nextInt(0, MANY - 2);
        second += second >= first ? 1 : 0;
        return stations[stations[second].load < stations[first].load ? second : first];
    }

    private Main simulate(Choice choice) {
        Sim.init(new Henriksen());
        new Arrival(choice).schedule(gaps.nextDouble());
        Sim.start();
        return this;
    }

    private static Main w1(long customers) {
        Main run = new Main(0.8, customers);
        run.stations = new Station[] {run.new Station(1, 1.0, run::depart)};
        return run.simulate(() -> run.stations[0]);
    }

    private static Main w2(long customers) {
        Main run = new Main(2800, customers);
        Step askCache = customer -> run.new LookUp(customer).schedule(0.001);
        run.stations = new Station[SERVERS + 1];
        for (int at = 0; at < SERVERS; at++) {
            run.stations[at] = run.new Station(4, 0.010, askCache);
        }
        run.stations[SERVERS] = run.new Station(20, 0.008, run::depart);
        return run.simulate(() -> run.stations[run.draws.nextInt(0, SERVERS - 1)]);
    }

    private static Main w3(long customers) {
        Main run = new Main(900, customers);
        run.stations = new Station[MANY];
        for (int at = 0; at < MANY; at++) {
            run.stations[at] = run.new Station(1, 1.0, run::depart);
        }
        return run.simulate(run::better);
    }

    private static Main run(String workload, long customers) {
        return switch (workload) {
            case "w1" -> w1(customers);
            case "w2" -> w2(customers);
            case "w3" -> w3(customers);
            default -> null;
        };
    }

    /** Processor time of this process, in seconds. */
    private static double now() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    public static void main(String[] args) {
        long customers = args.length == 2 ? (long) Double.parseDouble(args[1]) : 0;
        // The optimising compiler has seen the code by then, as in the other languages.
        if (customers < 1 || run(args[0], Math.min(customers, 300_000)) == null) {
            System.err.println("error: give a workload (w1, w2, w3) and a number of customers, such as 1e6");
            System.exit(2);
        }
        double begun = now();
        Main run = run(args[0], customers);
        double seconds = now() - begun;
        System.out.printf(Locale.ROOT, "{\"events\": %d, \"requests\": %d, \"mean\": %.9g, \"p99\": %.9g, \"seconds\": %.6f}%n",
            run.events, run.seen.count(), run.seen.mean(), run.seen.quantile(0.99), seconds);
    }
}
