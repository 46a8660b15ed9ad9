/// The system calls by which mail reaches the disk, so that a test can make each of them fail.
///
/// Folders and files are open descriptors. Whatever is opened by name is opened below its folder: never above it and
/// through no symbolic link.
package protocol Disk: Sendable {
    /// Opens a folder by its path, links followed: the administrator names it.
    func openFolder(path: String) throws(DiskFailure) -> Int32

    /// Opens a folder below another.
    func openFolder(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32

    /// Makes a folder that only the service may enter (0700).
    func makeFolder(_ name: String, in folder: Int32) throws(DiskFailure)

    /// Makes a new file that only the service may read (0600), and opens it for writing.
    func createFile(_ name: String, in folder: Int32) throws(DiskFailure) -> Int32

    /// Writes some of the bytes and says how many.
    func write(_ bytes: RawSpan, to file: Int32) throws(DiskFailure) -> Int

    /// Returns when the file or folder would survive a power loss.
    func sync(_ descriptor: Int32) throws(DiskFailure)

    /// Gives a file of the folder another name in it.
    func rename(_ old: String, to new: String, in folder: Int32) throws(DiskFailure)

    /// Removes a file.
    func remove(_ name: String, in folder: Int32) throws(DiskFailure)

    func close(_ descriptor: Int32)
}

extension Disk {
    /// Writes all of the bytes.
    package func writeAll(_ bytes: RawSpan, to file: Int32) throws(DiskFailure) {
        var written = 0
        while written < bytes.byteCount {
            written += try write(bytes.extracting(written..<bytes.byteCount), to: file)
        }
    }

    /// Makes a folder unless it is there; true when it was made.
    package func ensureFolder(_ name: String, in folder: Int32) throws(DiskFailure) -> Bool {
        do {
            try makeFolder(name, in: folder)
            return true
        } catch {
            guard error.means(.exists) else { throw error }
            return false
        }
    }

    /// Opens a folder by its path; what is missing of it is made and synced.
    package func openOrMakeFolder(path: String) throws(DiskFailure) -> Int32 {
        do throws(DiskFailure) { return try openFolder(path: path) } catch {
            guard error.means(.absent) else { throw error }
        }
        var made = ""
        for name in path.split(separator: "/").map(String.init) {
            let parent = try openFolder(path: made.isEmpty ? "/" : made)
            defer { close(parent) }
            if try ensureFolder(name, in: parent) { try sync(parent) }
            made += "/\(name)"
        }
        return try openFolder(path: made)
    }
}
