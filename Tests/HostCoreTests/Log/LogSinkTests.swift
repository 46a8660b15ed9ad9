import Dispatch
import Logging
import Synchronization
import System
import Testing

@testable import HostCore

struct LogSinkTests {
    @Test("A line below the level isn't even made")
    func disabledLinesCostNothing() throws {
        let memory = MemoryOutput()
        let sink = try LogSink(level: .notice, format: .plain, timestamps: false, outputs: [memory])
        defer { sink.finish() }
        var made = 0
        func text() -> String {
            made += 1
            return "text"
        }
        sink.info(text(), id: text(), plugin: text(), [("a", .text(text()))])
        #expect(made == 0)
        sink.notice(text())
        sink.level = .debug
        sink.debug(text())
        #expect(sink.flush(within: .seconds(10)))
        #expect(memory.text == "[NOTICE] [-] [core] text\n[DEBUG] [-] [core] text\n")
    }

    @Test("Lines keep their order and their wholeness from many threads")
    func manyThreads() async throws {
        let memory = MemoryOutput()
        let sink = try LogSink(level: .info, format: .plain, timestamps: false, outputs: [memory])
        await withTaskGroup { group in
            for thread in 0..<8 {
                group.addTask {
                    for number in 0..<500 { sink.info("line", id: "\(thread)", [("n", LogValue(number))]) }
                }
            }
        }
        #expect(sink.finish(within: .seconds(20)))
        let lines = memory.text.split(separator: "\n")
        #expect(lines.count == 4000)
        for thread in 0..<8 {
            let own = lines.filter { $0.hasPrefix("[INFO] [\(thread)] ") }
            #expect(own == (0..<500).map { "[INFO] [\(thread)] [core] line n=\($0)" }.map { $0[...] })
        }
    }

    @Test("When the output stands still lines are dropped, counted, and the count is told")
    func dropping() throws {
        let memory = MemoryOutput(isStopped: true)
        let line = "[INFO] [-] [core] line\n"
        let sink = try LogSink(
            level: .info,
            format: .plain,
            timestamps: false,
            outputs: [memory],
            limit: 10 * line.utf8.count
        )
        sink.info("line")
        memory.waitUntilEntered()
        // The writer is stuck with the first line: ten more fit, and seven don't.
        for _ in 0..<17 { sink.info("line") }
        #expect(sink.flush(within: .milliseconds(10)) == false)
        memory.release()
        #expect(sink.finish(within: .seconds(10)))
        #expect(
            memory.text == String(repeating: line, count: 11) + "[WARN] [-] [core] log lines were lost count=7\n"
        )
    }

    @Test("Lines that no output takes are counted as lost")
    func failingOutput() throws {
        let memory = MemoryOutput()
        memory.fails = true
        let sink = try LogSink(level: .info, format: .logfmt, timestamps: false, outputs: [memory])
        sink.info("one")
        sink.info("two")
        sink.flush(within: .seconds(10))
        memory.fails = false
        sink.info("three")
        #expect(sink.finish(within: .seconds(10)))
        #expect(
            memory.text == """
                level=INFO uuid=- source=core message="three"
                level=WARN uuid=- source=core message="log lines were lost" count=2\n
                """
        )
    }

    @Test("A renamed or removed log file is replaced by a new one")
    func rotation() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/haraka.log"
        let sink = try LogSink(level: .info, format: .plain, timestamps: false, outputs: [LogFile(path)])
        sink.info("one")
        sink.flush(within: .seconds(10))
        try folder.rename("haraka.log", "haraka.log.1")
        sink.info("two")
        sink.flush(within: .seconds(10))
        try folder.remove("haraka.log")
        sink.info("three")
        sink.finish()
        #expect(try folder.read("haraka.log.1") == "[INFO] [-] [core] one\n")
        #expect(try folder.read("haraka.log") == "[INFO] [-] [core] three\n")
        // Added to, not begun anew.
        let again = try LogSink(level: .info, format: .plain, timestamps: false, outputs: [LogFile(path)])
        again.info("four")
        again.finish()
        #expect(try folder.read("haraka.log").hasSuffix("three\n[INFO] [-] [core] four\n"))
    }

    @Test("Libraries that log through swift-log come out as ours")
    func libraries() throws {
        let memory = MemoryOutput()
        let sink = try LogSink(level: .info, format: .plain, timestamps: false, outputs: [memory])
        var logger = Logger(label: "library", factory: { LibraryLog($0, sink: sink) })
        logger[metadataKey: "id"] = "AB.1"
        logger.debug("hidden")
        logger.warning("odd\n", metadata: ["b": "2", "a": "one two"])
        logger[metadataKey: "plugin"] = "dnsbl"
        logger.critical("worse")
        sink.finish()
        #expect(
            memory.text == """
                [WARN] [AB.1] [library] odd\\x0a a="one two" b=2
                [CRIT] [AB.1] [dnsbl] worse\n
                """
        )
    }

    @Test("Every level has Haraka's name, in its order, and comes back from swift-log's")
    func levels() {
        #expect(
            LogLevel.names == [
                "data", "protocol", "debug", "info", "notice", "warn", "error", "crit", "alert", "emerg",
            ]
        )
        for level in LogLevel.allCases { #expect(LogLevel(level.name.uppercased()) == level) }
        #expect(LogLevel("loud") == nil)
        for level in Logger.Level.allCases { #expect(LogLevel(level).libraries == level) }
    }
}
