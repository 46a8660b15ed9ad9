import COpenBeneath
import Glibc

/// The disk itself.
package struct LinuxDisk: Disk {
    package init() {}

    package func openFolder(path: String) throws(DiskFailure) -> Int32 {
        try Self.checked("open", path) { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    package func openFolder(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32 {
        try Self.checked("open", name) { unsafe open_beneath(folder, name, O_RDONLY | O_DIRECTORY, 0) }
    }

    package func makeFolder(_ name: String, in folder: Int32) throws(DiskFailure) {
        _ = try Self.checked("mkdir", name) { unsafe mkdirat(folder, name, 0o700) }
    }

    package func createFile(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32 {
        try Self.checked("create", name) { unsafe open_beneath(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0o600) }
    }

    package func write(_ bytes: RawSpan, to file: Int32) throws(DiskFailure) -> Int {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            var count = unsafe Glibc.write(file, bytes.baseAddress, bytes.count)
            while count < 0 && errno == EINTR {
                count = unsafe Glibc.write(file, bytes.baseAddress, bytes.count)
            }
            return count
        }
        guard count >= 0 else { throw DiskFailure("write", "", errno: errno) }
        guard count > 0 || bytes.isEmpty else { throw DiskFailure("write", "", errno: ENOSPC) }
        return count
    }

    package func sync(_ descriptor: Int32) throws(DiskFailure) {
        // Only an interrupted fsync is tried again: after a failed one the kernel calls the lost pages clean.
        _ = try Self.checked("fsync", "") { fsync(descriptor) }
    }

    package func rename(_ old: String, to new: String, in folder: Int32) throws(DiskFailure) {
        _ = try Self.checked("rename", "\(old) to \(new)") { unsafe renameat(folder, old, folder, new) }
    }

    package func remove(_ name: String, in folder: Int32) throws(DiskFailure) {
        _ = try Self.checked("unlink", name) { unsafe unlinkat(folder, name, 0) }
    }

    package func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    private static func checked(_ call: String, _ name: String, _ body: () -> Int32) throws(DiskFailure) -> Int32 {
        var result = body()
        while result < 0 && errno == EINTR { result = body() }
        guard result >= 0 else { throw DiskFailure(call, name, errno: errno) }
        return result
    }
}
