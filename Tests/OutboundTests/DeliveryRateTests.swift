import Queue
import Testing

@testable import Outbound

/// How many messages go to a destination in a while.
struct DeliveryRateTests {
    @Test(arguments: [("10/s", 10, 1), ("100/m", 100, 60), ("5000/h", 5000, 3600), ("1000000/s", 1_000_000, 1)])
    func `A rate is read`(text: String, messages: Int, seconds: Int) {
        #expect(DeliveryRate(text) == DeliveryRate(messages: messages, interval: .seconds(seconds)))
    }

    @Test(arguments: ["", "10", "0/s", "-1/s", "+5/s", "10/d", "10/", "/s", "10/s/s", " 10/s", "1000001/s", "1e3/s"])
    func `What is no rate is refused`(text: String) { #expect(DeliveryRate(text) == nil) }

    @Test func `No rate is one, too`() {
        #expect(DeliveryRate("none") == .unlimited)
        #expect(!DeliveryRate.unlimited.isLimited)
    }

    @Test(
        "There are never more messages within an interval, and nearly as many go",
        arguments: ["1/s", "2/s", "10/s", "997/s", "5000/s", "1/m", "3/m", "7/m", "100/m", "1/h", "5000/h"],
        [1, 3, 16]
    )
    func bound(_ text: String, _ wanted: Int) throws {
        let rate = try #require(DeliveryRate(text))
        var now = QueueTime(secondsSinceEpoch: 1_700_000_000)
        let end = now + rate.interval * 5
        var bucket = TokenBucket(rate, at: now)
        var times: [QueueTime] = []
        var starts = 0
        while now < end {
            let taken = bucket.take(wanted, at: now)
            times += Array(repeating: now, count: taken)
            guard let opening = bucket.opening(at: now) else {
                #expect(taken > 0)
                continue
            }
            #expect(opening > now)
            now = opening
            starts += 1
        }
        for (place, time) in times.enumerated() where place >= rate.messages {
            #expect(time - times[place - rate.messages] >= rate.interval - .milliseconds(1))
        }
        #expect(times.count >= rate.messages * 5 * 85 / 100)
        // No connection for each message where many may go.
        if rate.messages >= 100 { #expect(starts <= times.count / 10 + 5) }
    }

    @Test func `A clock that is set back stops nothing, and what wasn't used may go`() {
        let now = QueueTime(secondsSinceEpoch: 1_700_000_000)
        var bucket = TokenBucket(DeliveryRate(messages: 3, interval: .seconds(60)), at: now)
        let taken = bucket.take(5, at: now)
        #expect(taken == 1)
        let earlier = now + .seconds(-7200)
        #expect(bucket.opening(at: earlier) == earlier + .seconds(20))
        bucket.giveBack(1)
        #expect(bucket.opening(at: now) == nil)
        #expect(bucket.isFull(at: now))
    }
}
