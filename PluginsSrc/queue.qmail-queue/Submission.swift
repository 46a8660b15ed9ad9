import CProgram
import Glibc
import LineEndings

/// One run of the program with one message: it blocks its thread, but never beyond the deadline.
struct Submission {
    /// Absolute.
    let path: String
    let timeout: Duration

    enum Fault: Error, CustomStringConvertible {
        case notStarted(errno: Int32)
        case notWaitedFor(errno: Int32)
        case tookTooLong
        case unwanted

        var description: String {
            switch self {
            case .notStarted(let errno): "it could not be started: \(Self.reason(errno))"
            case .notWaitedFor(let errno): "its end could not be seen: \(Self.reason(errno))"
            case .tookTooLong: "it took too long and was ended"
            case .unwanted: "the client was told to try again before it was done"
            }
        }

        private static func reason(_ errno: Int32) -> String {
            unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "errno \(errno)"
        }
    }

    /// Feeds it and answers its exit code; nil when it ended with 0 without having read all.
    ///
    /// The envelope is written last and only while the answer is wanted: without it the program queues nothing.
    /// `stillWanted` is asked about once a second too, while the program keeps it waiting.
    func run(
        envelope: [UInt8],
        stillWanted: () -> Bool,
        text: ((RawSpan) throws -> Void) throws -> Void
    ) throws -> Int? {
        var program = program()
        let started = unsafe program_start(&program, path)
        guard started == 0 else { throw Fault.notStarted(errno: started) }
        defer { unsafe program_end(&program) }
        let deadline = ContinuousClock.now + timeout
        // It is asked from inside the closure that `text` gets.
        return try withoutActuallyEscaping(stillWanted) { stillWanted in
            let hasReadAll: Bool
            do {
                var converter = LineEndings.Converter(.lf)
                try text { try converter.convert($0) { try write($0, 0, &program, deadline, stillWanted) } }
                try converter.finish { try write($0, 0, &program, deadline, stillWanted) }
                unsafe program_close_input(&program, 0)
                guard stillWanted() else { throw Fault.unwanted }
                try unsafe write(envelope.span.bytes, 1, &program, deadline, stillWanted)
                hasReadAll = true
            } catch is Gone {
                hasReadAll = false
            }
            unsafe program_close_input(&program, 0)
            unsafe program_close_input(&program, 1)
            let code = try end(of: &program, deadline, stillWanted)
            return code == 0 && !hasReadAll ? nil : code
        }
    }

    /// It closed its end before it had everything; its exit code says why.
    private struct Gone: Error {}

    private static let slice: Int32 = 1000

    private func write(
        _ bytes: RawSpan,
        _ which: Int32,
        _ program: inout program,
        _ deadline: ContinuousClock.Instant,
        _ stillWanted: () -> Bool
    ) throws {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.extracting(done..<bytes.byteCount).withUnsafeBytes {
                unsafe program_write(&program, which, $0.baseAddress, $0.count, Self.slice)
            }
            switch count {
            case 0...: done += count
            case -Int(ETIMEDOUT): try check(deadline, stillWanted)
            default: throw Gone()
            }
        }
    }

    private func end(
        of program: inout program,
        _ deadline: ContinuousClock.Instant,
        _ stillWanted: () -> Bool
    ) throws -> Int {
        while true {
            let code = unsafe program_wait(&program, Self.slice)
            if code >= 0 { return Int(code) }
            guard code == -ETIMEDOUT else { throw Fault.notWaitedFor(errno: -code) }
            // It has the whole envelope: what it makes of it counts, so only its own time ends it now.
            guard ContinuousClock.now < deadline else { throw Fault.tookTooLong }
            _ = stillWanted()
        }
    }

    private func check(_ deadline: ContinuousClock.Instant, _ stillWanted: () -> Bool) throws {
        guard ContinuousClock.now < deadline else { throw Fault.tookTooLong }
        guard stillWanted() else { throw Fault.unwanted }
    }
}
