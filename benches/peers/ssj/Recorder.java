/** Latencies in seconds: the exact mean, percentiles within 1 %, for each power of two is cut into 128 buckets. */
final class Recorder {
    private static final int SUB_BITS = 7;
    private final long[] buckets = new long[64 << SUB_BITS];
    private long count;
    private double sum;

    void record(double secs) {
        count += 1;
        sum += secs;
        long ns = (long) (secs * 1e9);
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(ns >> SUB_BITS));
        buckets[(int) ((shift << SUB_BITS) + (ns >> shift))] += 1;
    }

    long count() {
        return count;
    }

    double mean() {
        return sum / count;
    }

    double quantile(double share) {
        long rank = (long) Math.ceil(share * count);
        int at = 0;
        for (long below = buckets[0]; below < rank; below += buckets[at]) {
            at += 1;
        }
        int shift = Math.max(0, (at >> SUB_BITS) - 1);
        return ((at - (shift << SUB_BITS) + 0.5) * (1L << shift)) / 1e9;
    }
}
