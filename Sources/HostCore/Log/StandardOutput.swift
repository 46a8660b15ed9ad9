internal import System

/// The process's standard output, which the service manager keeps.
final class StandardOutput: LogOutput {
    private let descriptor: FileDescriptor

    init() throws(SystemError) {
        descriptor = try FileDescriptor(owning: 1, path: "standard output").borrowed()
    }

    func write(_ lines: [UInt8]) throws { try descriptor.writeAll(lines) }
}

extension FileDescriptor {
    /// A second descriptor of the same output; this one stays open.
    fileprivate consuming func borrowed() throws(SystemError) -> FileDescriptor {
        let copy: FileDescriptor
        do throws(SystemError) {
            copy = try duplicate()
        } catch {
            _ = release()
            throw error
        }
        _ = release()
        return copy
    }
}
