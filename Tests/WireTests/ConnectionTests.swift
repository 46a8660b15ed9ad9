import Glibc
import Testing
import Wire

struct ConnectionTests {
    @Test("Lines that arrive in pieces of any size come out whole", arguments: 1...6)
    func splitWrites(_ size: Int) throws {
        let served = try Served { _ in Script.lines { line, peer in peer.say("<\(line)>") } }
        let client = try Client(port: served.port)
        let text = Array("one\ntwo\n\nthree\n".utf8)
        for start in stride(from: 0, to: text.count, by: size) {
            try client.send(Array(text[start..<min(start + size, text.count)]))
        }
        #expect(try client.read(until: "<three>") == "<one><two><><three>")
    }

    @Test("What a driver leaves is shown again together with what comes next")
    func leftoversAreShownAgain() async throws {
        let shown = Mark<Int>()
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                shown.add(bytes.count)
                guard bytes.count == 6 else { return min(1, bytes.count - 1) }
                peer.say("done\n")
                peer.flush()
                return 6
            })
        }
        let client = try Client(port: served.port)
        try client.send("abc")
        await shown.wait(for: 1)
        try client.send("defg")
        #expect(try client.readLine() == "done\n")
        #expect(shown.values == [3, 6])
    }

    @Test("A paused connection shows nothing, keeps only a little, and loses nothing")
    func pausedReading() async throws {
        let woken = Mark<any Mailbox>()
        let served = try Served { _ in
            let shown = Counter()
            return Script(
                onReceived: { bytes, peer in
                    shown.add(bytes.count)
                    if shown.calls == 1 {
                        peer.pauseReading()
                        woken.add(peer.mailbox)
                    }
                    return bytes.count
                },
                onWoken: { token, peer in
                    guard token == 1 else { return peer.resumeReading() }
                    peer.say("\(shown.calls) \(shown.bytes)\n")
                    peer.flush()
                },
                onClosed: {}
            )
        }
        let client = try Client(port: served.port)
        try client.send("x")
        let mailbox = await woken.wait(for: 1)[0]
        // Until neither kernel takes more: were the server still reading, this would never end.
        var sent = 1
        let block = [UInt8](repeating: UInt8(ascii: "y"), count: 65536)
        var refusals = 0
        while refusals < 20, sent < 256 << 20 {
            let count = client.sendWithoutWaiting(block)
            sent += count
            refusals = count == 0 ? refusals + 1 : 0
            if count == 0 { usleep(1000) }
        }
        #expect(sent < 64 << 20)
        mailbox.wake(1)
        #expect(try client.readLine() == "1 1\n")
        mailbox.wake(2)
        var answer = ""
        while !answer.hasSuffix(" \(sent)\n") {
            mailbox.wake(1)
            answer = try client.readLine()
            guard !answer.isEmpty else { break }
        }
        #expect(answer.hasSuffix(" \(sent)\n"))
    }

    @Test("Resuming shows what is unread at once, without more arriving")
    func resumeShowsUnread() throws {
        let served = try Served { _ in
            let state = Counter()
            return Script(
                onReceived: { bytes, peer in
                    state.add(1)
                    guard state.calls == 1 else {
                        peer.say("\(bytes.count)\n")
                        peer.flush()
                        return bytes.count
                    }
                    peer.pauseReading()
                    peer.mailbox.wake(0)
                    return 2
                },
                onWoken: { _, peer in peer.resumeReading() }
            )
        }
        let client = try Client(port: served.port)
        try client.send("abcde")
        #expect(try client.readLine() == "3\n")
    }

    @Test("A question settled during the call that paused goes on in the same turn")
    func pauseAndResumeInOneCall() throws {
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                peer.pauseReading()
                peer.say("\(bytes.count)\n")
                peer.flush()
                peer.resumeReading()
                return 1
            })
        }
        let client = try Client(port: served.port)
        try client.send("abc")
        #expect(try client.read(until: "1\n") == "3\n2\n1\n")
    }

    @Test("Every wake from eight threads arrives once, in each thread's order")
    func wakesFromManyThreads() async throws {
        let threads = 8
        let wakes = 2000
        let tokens = Mark<UInt64>()
        let boxes = Mark<any Mailbox>()
        let served = try Served { _ in
            Script(onOpened: { boxes.add($0.mailbox) }, onWoken: { token, _ in tokens.add(token) })
        }
        let client = try Client(port: served.port)
        let mailbox = await boxes.wait(for: 1)[0]
        await withTaskGroup { group in
            for thread in 0..<threads {
                group.addTask {
                    for wake in 0..<wakes { mailbox.wake(UInt64(thread * wakes + wake)) }
                }
            }
        }
        let all = await tokens.wait(for: threads * wakes)
        #expect(Set(all).count == threads * wakes)
        for thread in 0..<threads {
            let own = all.filter { $0 / UInt64(wakes) == UInt64(thread) }
            #expect(own == own.sorted())
        }
        try client.send("x")
    }

    @Test("A wake after the end of a connection does nothing")
    func wakeAfterEnd() async throws {
        let closed = Mark<Int>()
        let boxes = Mark<any Mailbox>()
        let woken = Mark<UInt64>()
        let served = try Served { _ in
            Script(
                onOpened: { boxes.add($0.mailbox) },
                onWoken: { token, _ in woken.add(token) },
                onClosed: { closed.add(1) }
            )
        }
        do { _ = try Client(port: served.port) }
        let mailbox = await boxes.wait(for: 1)[0]
        await closed.wait(for: 1)
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        mailbox.wake(1)
        #expect(closed.values.count == 1)
        #expect(woken.values.isEmpty)
    }

    @Test("A deadline passes once, not early, and not before it was last armed for")
    func deadlines() throws {
        let served = try Served { _ in
            Script(
                onOpened: { peer in
                    peer.arm(deadline: .milliseconds(20))
                    peer.arm(deadline: .milliseconds(120))
                },
                onDeadline: { peer in
                    peer.say("late\n")
                    peer.close()
                }
            )
        }
        let clock = ContinuousClock()
        let start = clock.now
        let client = try Client(port: served.port)
        #expect(try client.readAll() == Array("late\n".utf8))
        #expect(clock.now - start >= .milliseconds(119))
        #expect(clock.now - start < .seconds(10))
    }

    @Test("Each connection has its own deadline, and a disarmed one never passes")
    func deadlinesAreTheirOwn() throws {
        let served = try Served(loops: 1) { _ in
            Script(
                onReceived: { bytes, peer in
                    switch bytes[0] {
                    case UInt8(ascii: "d"):
                        peer.arm(deadline: .milliseconds(30))
                        peer.disarm()
                    default:
                        peer.arm(deadline: .milliseconds(60))
                    }
                    peer.say("ok\n")
                    peer.flush()
                    return bytes.count
                },
                onDeadline: { peer in
                    peer.say("late\n")
                    peer.close()
                }
            )
        }
        let quiet = try Client(port: served.port)
        let late = try Client(port: served.port)
        let later = try Client(port: served.port)
        try quiet.send("d")
        #expect(try quiet.readLine() == "ok\n")
        for client in 0..<2 {
            try client == 0 ? late.send("a") : later.send("a")
        }
        #expect(try late.readAll() == Array("ok\nlate\n".utf8))
        #expect(try later.readAll() == Array("ok\nlate\n".utf8))
        try quiet.send("d")
        #expect(try quiet.readLine() == "ok\n")
    }

    @Test("A peer that stops sending gets its replies, and the driver then hears of the end once")
    func endOfInput() async throws {
        let closed = Mark<Int>()
        let served = try Served { _ in
            var script = Script.lines { line, peer in
                peer.say("<\(line)>")
                guard line == "wait" else { return }
                peer.pauseReading()
                peer.mailbox.wake(0)
            }
            script.onWoken = { _, peer in peer.resumeReading() }
            script.onClosed = { closed.add(1) }
            return script
        }
        let client = try Client(port: served.port)
        try client.send("one\nwait\nrest")
        client.endSending()
        #expect(try client.readAll() == Array("<one><wait>".utf8))
        await closed.wait(for: 1)
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        #expect(closed.values.count == 1)
    }

    @Test("Output larger than any buffer arrives whole, and close waits for it")
    func bigOutput() throws {
        let size = 3 << 20
        let served = try Served { _ in
            Script(onOpened: { peer in
                peer.write([UInt8](repeating: UInt8(ascii: "z"), count: size))
                peer.flush()
                peer.say("end\n")
                peer.close()
                peer.say("never sent\n")
            })
        }
        let client = try Client(port: served.port, receiveBuffer: 4096)
        let all = try client.readAll()
        #expect(all.count == size + 4)
        #expect(all.suffix(4) == Array("end\n".utf8)[...])
    }

    @Test("A peer that reads nothing is not listened to, however much it asks for")
    func congestion() async throws {
        let asked = Mark<Int>()
        let size = 256 << 10
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                asked.add(1)
                peer.write([UInt8](repeating: UInt8(ascii: "z"), count: size))
                peer.flush()
                return 1
            })
        }
        // Each byte asks for 256 KiB. The driver takes one byte a call and is called when there is news only.
        let client = try Client(port: served.port, receiveBuffer: 4096)
        for _ in 0..<64 {
            try client.send("?")
            usleep(200)
        }
        #expect(asked.values.count < 40)
        let count = asked.values.count
        client.endSending()
        _ = count
        #expect(try client.readAll().count >= count * size)
    }

    @Test("The last reply reaches a peer that is still sending")
    func lastReplyBeforeReset() throws {
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                guard bytes.count > 2000 else { return 0 }
                peer.say("521 no\n")
                peer.close()
                return bytes.count
            })
        }
        let client = try Client(port: served.port)
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        for _ in 0..<200 { try client.send(block) }
        #expect(try client.readAll() == Array("521 no\n".utf8))
    }

    @Test("The last reply reaches a peer that is still sending byte by byte, if it is closed gently")
    func lastReplyToATrickle() throws {
        for _ in 0..<20 {
            let served = try Served { _ in
                Script(onReceived: { bytes, peer in
                    guard bytes.count > 20 else { return 0 }
                    peer.say("521 no\n")
                    peer.closeGently()
                    return bytes.count
                })
            }
            let client = try Client(port: served.port)
            for _ in 0..<200 { try client.send("x") }
            client.endSending()
            #expect(try client.readAll() == Array("521 no\n".utf8))
        }
    }

    @Test("After close nothing that was still unread is shown")
    func nothingBehindClose() throws {
        let served = try Served { _ in
            Script(onReceived: { bytes, peer in
                peer.say("\(bytes.count)\n")
                peer.close()
                return 1
            })
        }
        let client = try Client(port: served.port)
        try client.send("QUIT\nmore")
        #expect(try client.readAll() == Array("9\n".utf8))
    }

    @Test("What a driver writes in one call leaves in one piece, whoever flushes how often")
    func flushesAreGathered() throws {
        let served = try Served { _ in
            Script.lines { line, peer in
                peer.say("<")
                peer.flush()
                let text = Array(line.utf8)
                peer.write(text.span)
                peer.say(">\n")
                peer.flush()
            }
        }
        let client = try Client(port: served.port)
        for line in ["a", "bb", String(repeating: "c", count: 10000), "d"] {
            try client.send("\(line)\n")
            #expect(try client.readLine() == "<\(line)>\n")
        }
    }

    @Test("Two hundred connections at once each get their own replies")
    func manyConnections() async throws {
        let served = try Served { _ in Script.lines { line, peer in peer.say("<\(line)>\n") } }
        let port = served.port
        let wrong = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    guard let client = try? Client(port: port) else { return 1 }
                    for round in 0..<5 {
                        try? client.send("\(number) \(round)\n")
                        guard (try? client.readLine()) == "<\(number) \(round)>\n" else { return 1 }
                    }
                    return 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}

/// Counts within one connection, on its loop.
private final class Counter {
    private(set) var calls = 0
    private(set) var bytes = 0

    func add(_ count: Int) {
        calls += 1
        bytes += count
    }
}
