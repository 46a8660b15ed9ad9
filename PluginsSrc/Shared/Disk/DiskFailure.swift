import Glibc

/// A system call that failed, in words for the administrator.
package struct DiskFailure: Error, Equatable, CustomStringConvertible {
    /// What a caller may do something about.
    package enum Meaning {
        case exists
        case absent
    }

    /// What was tried, "fsync".
    package let call: String

    /// The file or folder as it was named.
    package let name: String

    package let errno: Int32

    package init(_ call: String, _ name: String, errno: Int32) {
        self.call = call
        self.name = name
        self.errno = errno
    }

    package func means(_ meaning: Meaning) -> Bool {
        switch meaning {
        case .exists: errno == EEXIST
        case .absent: errno == ENOENT || errno == ENOTDIR
        }
    }

    package var description: String {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "errno \(errno)"
        return name.isEmpty ? "\(call): \(reason)" : "\(call) \(name): \(reason)"
    }
}

extension DiskFailure {
    /// The number of "No such file or directory".
    package static var absent: Int32 { ENOENT }
}
