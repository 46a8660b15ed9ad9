import Glibc
import Testing
import Wire

struct DeadlineTests {
    @Test("A limit passes although the peer keeps sending, and each byte arms the other deadline anew")
    func slowSender() throws {
        let served = try Served { _ in
            Script(
                onOpened: { peer in
                    peer.arm(deadline: .seconds(10))
                    peer.armLimit(deadline: .seconds(10))
                    peer.armLimit(deadline: .milliseconds(100))
                },
                onReceived: { bytes, peer in
                    peer.arm(deadline: .seconds(10))
                    return bytes.count
                },
                onLimit: { peer in
                    peer.say("421 after \(peer.bytesReceived > 2)\n")
                    peer.close()
                }
            )
        }
        let clock = ContinuousClock()
        let start = clock.now
        let client = try Client(port: served.port)
        while clock.now - start < .milliseconds(90) {
            try client.send("x")
            usleep(5000)
        }
        #expect(try client.readAll() == Array("421 after true\n".utf8))
        #expect(clock.now - start >= .milliseconds(99))
        #expect(clock.now - start < .seconds(5))
    }

    @Test("A disarmed limit never passes, and the idle deadline still does")
    func disarmed() throws {
        let served = try Served { _ in
            Script(
                onOpened: { peer in
                    peer.armLimit(deadline: .milliseconds(20))
                    peer.disarmLimit()
                    peer.arm(deadline: .milliseconds(80))
                },
                onDeadline: { peer in
                    peer.say("idle\n")
                    peer.close()
                },
                onLimit: { _ in Issue.record("It was disarmed.") }
            )
        }
        let client = try Client(port: served.port)
        #expect(try client.readAll() == Array("idle\n".utf8))
    }

    @Test("When both have passed both are told, the limit first")
    func both() throws {
        let served = try Served { _ in
            Script(
                onOpened: { peer in
                    peer.armLimit(deadline: .milliseconds(30))
                    peer.arm(deadline: .milliseconds(30))
                    // So that one walk finds both.
                    usleep(60000)
                },
                onDeadline: { peer in
                    peer.say("idle\n")
                    peer.close()
                },
                onLimit: { peer in
                    peer.say("limit ")
                    peer.flush()
                }
            )
        }
        let client = try Client(port: served.port)
        #expect(try client.readAll() == Array("limit idle\n".utf8))
    }
}
