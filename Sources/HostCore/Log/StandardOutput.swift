internal import System

/// The process's standard output, which the service manager keeps.
final class StandardOutput: LogOutput {
    private let descriptor: FileDescriptor

    init() throws(SystemError) { descriptor = try .standardOutput() }

    func write(_ lines: [UInt8]) throws { try descriptor.writeAll(lines) }
}
