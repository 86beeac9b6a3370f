/* W1, W2 and W3 in cimba: an event to an arrival, an end of service or a delay. Its processes and object queues take about twice as long. */

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cimba.h>
#include <cmi_mempool.h>

enum { SUB_BITS = 7, SERVERS = 10, DATABASE = SERVERS, MANY = 1000 };

struct customer {
    double came;
    struct customer *next;
};

/* A queue before servers. */
struct station {
    uint64_t servers;
    double mean;
    void (*then)(struct customer *);
    /* Customers waiting or being served. */
    uint64_t load;
    struct customer *first;
    struct customer *last;
};

/* Each power of two is cut into 128 buckets: percentiles are within 1 %. */
static struct {
    uint64_t count;
    double sum;
    uint64_t buckets[64 << SUB_BITS];
} seen;

static CMB_THREAD_LOCAL struct cmi_mempool customers = CMI_MEMPOOL_STATIC_INIT(sizeof(struct customer), 512u);
static struct station stations[MANY];
static struct station *(*choose)(void);
static double gap;
static uint64_t events;
static uint64_t left;

static void record(double secs)
{
    seen.count++;
    seen.sum += secs;
    const uint64_t ns = (uint64_t)(secs * 1e9);
    const int bits = ns >> SUB_BITS ? 64 - __builtin_clzll(ns >> SUB_BITS) : 0;
    const int shift = bits > 1 ? bits - 1 : 0;
    seen.buckets[((uint64_t)shift << SUB_BITS) + (ns >> shift)]++;
}

static double quantile(double share)
{
    const uint64_t rank = (uint64_t)ceil(share * (double)seen.count);
    uint64_t at = 0, below = seen.buckets[0];
    while (below < rank)
        below += seen.buckets[++at];
    const uint64_t octave = at >> SUB_BITS, shift = octave > 1 ? octave - 1 : 0;
    return (double)((at - (shift << SUB_BITS)) << shift) / 1e9 + ldexp(0.5, (int)shift) / 1e9;
}

static void leave(struct customer *customer)
{
    record(cmb_time() - customer->came);
    cmi_mempool_free(&customers, customer);
}

static void served(void *at, void *whom);

static void serve(struct station *station, struct customer *customer)
{
    cmb_event_schedule(served, station, customer, cmb_time() + cmb_random_exponential(station->mean), 0);
}

static void enter(struct station *station, struct customer *customer)
{
    station->load++;
    if (station->load <= station->servers) {
        serve(station, customer);
        return;
    }
    customer->next = NULL;
    if (station->first == NULL)
        station->first = customer;
    else
        station->last->next = customer;
    station->last = customer;
}

static void served(void *at, void *whom)
{
    struct station *station = at;
    events++;
    station->load--;
    struct customer *waiting = station->first;
    if (waiting != NULL) {
        station->first = waiting->next;
        serve(station, waiting);
    }
    station->then(whom);
}

static void arrive(void *subject, void *object)
{
    events++;
    left--;
    if (left > 0)
        cmb_event_schedule(arrive, subject, object, cmb_time() + cmb_random_exponential(gap), 0);
    struct customer *customer = cmi_mempool_alloc(&customers);
    customer->came = cmb_time();
    enter(choose(), customer);
}

static struct station *only(void)
{
    return &stations[0];
}

static struct station *any(void)
{
    return &stations[cmb_random_discrete_uniform(SERVERS)];
}

static struct station *better(void)
{
    const uint64_t first = cmb_random_discrete_uniform(MANY), drawn = cmb_random_discrete_uniform(MANY - 1);
    const uint64_t second = drawn + (drawn >= first);
    return &stations[stations[second].load < stations[first].load ? second : first];
}

static void look_up(void *customer, void *object)
{
    cmb_unused(object);
    events++;
    if (cmb_random_bernoulli(0.8))
        leave(customer);
    else
        enter(&stations[DATABASE], customer);
}

static void ask_cache(struct customer *customer)
{
    cmb_event_schedule(look_up, customer, NULL, cmb_time() + 0.001, 0);
}

/* Whether there is such a workload. */
static bool prepare(const char *workload)
{
    if (strcmp(workload, "w1") == 0) {
        gap = 1 / 0.8;
        choose = only;
        stations[0] = (struct station){.servers = 1, .mean = 1.0, .then = leave};
    } else if (strcmp(workload, "w2") == 0) {
        gap = 1 / 2800.0;
        choose = any;
        for (int at = 0; at < SERVERS; at++)
            stations[at] = (struct station){.servers = 4, .mean = 0.010, .then = ask_cache};
        stations[DATABASE] = (struct station){.servers = 20, .mean = 0.008, .then = leave};
    } else if (strcmp(workload, "w3") == 0) {
        gap = 1 / 900.0;
        choose = better;
        for (int at = 0; at < MANY; at++)
            stations[at] = (struct station){.servers = 1, .mean = 1.0, .then = leave};
    } else {
        return false;
    }
    return true;
}

/* Processor time of this process, in seconds. */
static double now(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    const double wanted = argc == 3 ? atof(argv[2]) : 0.0;
    if (!(wanted >= 1.0) || !prepare(argv[1])) {
        fputs("error: give a workload (w1, w2, w3) and a number of customers, such as 1e6\n", stderr);
        return 2;
    }
    left = (uint64_t)wanted;
    const double begun = now();
    cmb_random_initialize(1);
    cmb_event_queue_initialize(0.0);
    cmb_event_schedule(arrive, NULL, NULL, cmb_random_exponential(gap), 0);
    cmb_event_queue_execute();
    const double seconds = now() - begun;
    cmb_event_queue_terminate();
    cmb_random_terminate();
    printf("{\"events\": %" PRIu64 ", \"requests\": %" PRIu64 ", \"mean\": %.9g, \"p99\": %.9g, \"seconds\": %.6f}\n",
           events, seen.count, seen.sum / (double)seen.count, quantile(0.99), seconds);
    return 0;
}
