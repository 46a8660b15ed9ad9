internal import Glibc
internal import System

/// A plugin run in a child process: all that it told, and how it ended.
struct ProbeRun {
    private(set) var events: [ProbeEvent] = []
    let end: ChildProcess.End
    let overran: Bool
    private let deadline: Duration

    static let deadline = Duration.seconds(10)

    init(_ file: String, host: RecordingHost.Kind, deadline: Duration = Self.deadline) throws {
        self.deadline = deadline
        let pipe = try Pipe()
        let child = try ChildProcess(
            [Files.canonical("/proc/self/exe"), "probe", Files.canonical(file), "--host", host.rawValue],
            // Its standard output is not the place for this command's results.
            moving: [(from: pipe.writing.number, to: Probe.report), (from: 2, to: 1)]
        )
        let reading = pipe.closeWriting()
        let (bytes, isWhole) = try Self.read(reading, until: .now + deadline)
        if !isWhole { child.kill() }
        end = child.wait()
        overran = !isWhole
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        events = lines.compactMap(EventLine.event)
    }

    /// All that comes until the child's end closes, and whether that happened in time.
    private static func read(
        _ pipe: borrowing FileDescriptor,
        until end: ContinuousClock.Instant
    ) throws -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero, bytes.count < 16 << 20 else { return (bytes, false) }
            var waiting = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            guard unsafe poll(&waiting, 1, Int32(clamping: milliseconds + 1)) > 0 else { continue }
            let more = try pipe.read(upTo: 65_536)
            if more.isEmpty { return (bytes, true) }
            bytes += more
        }
    }

    var descriptor: ProbeEvent.Descriptor? {
        for case .descriptor(let descriptor) in events { return descriptor }
        return nil
    }

    var hooks: [ProbeEvent.RegisteredHook] {
        events.compactMap { event in
            guard case .hook(let hook) = event else { return nil }
            return hook
        }
    }

    var asked: [String] {
        let names: [String] = events.compactMap { event in
            guard case .asked(let name) = event else { return nil }
            return name
        }
        return Set(names).sorted()
    }

    /// What the child found, the hooks that the server would refuse, and its sudden end.
    var findings: [Finding] {
        var findings: [Finding] = []
        for event in events {
            switch event {
            case .finding(let finding): findings.append(finding)
            case .hook(let hook):
                if let fault = hook.fault {
                    findings.append(
                        .failure(
                            "the hook \(hook.hook): \(fault)",
                            fix: "See docs/hooks.md (haraka -h hooks) for what it offers"
                        )
                    )
                }
            case .step, .descriptor, .asked, .service, .done: break
            }
        }
        return findings + [accident].compactMap(\.self)
    }

    /// What happened when it did not come to its end.
    var accident: Finding? {
        let last = events.reduce("the start of the child") { last, event in
            if case .step(let name) = event { name } else { last }
        }
        if overran {
            return .failure(
                "\(last) did not return within \(deadline.components.seconds) s",
                fix: "Let it return soon"
            )
        }
        switch end {
        case .killed:
            return .failure(
                "\(last) crashed: \(end)",
                fix: "Debug it: gdb --args haraka-plugin check FILE, then set follow-fork-mode child"
            )
        case .exited(let code) where code != 0 || !isComplete:
            return .failure("\(last) ended the process with \(end)", fix: "A plugin must never call exit")
        case .exited: return nil
        }
    }

    /// It came to its end, or the child itself said why not.
    private var isComplete: Bool {
        events.contains { event in
            switch event {
            case .done: true
            case .finding(let finding): finding.level == .failure
            default: false
            }
        }
    }
}
