internal import System

/// The file that one instance maps: the staged image for the first in this process, else a copy of its own beside it.
///
/// The loader knows an image by its inode and gives the same mapping again, for ever (RTLD_NODELETE). Two instances
/// would then share the plugin's statics, and a second `create` would overwrite what the first one lives on.
final class ImageMapping: Sendable {
    /// How often each staged image was claimed in this process.
    private static let claims = Guarded<[String: Int]>([:])

    private let staged: String
    private let copy = Guarded<String?>(nil)

    init(_ staged: String) { self.staged = staged }

    /// The path to open; each instance asks once.
    func claim() throws(SystemError) -> String {
        while true {
            let number = Self.claims.withLock { claims in
                claims[staged, default: 0] += 1
                return claims[staged, default: 1]
            }
            if number == 1 { return staged }
            do throws(SystemError) {
                let path = try copied(as: number)
                copy.withLock { $0 = path }
                return path
            } catch  where error.isTaken {
                // Left by an earlier process, which may still map it: the next number.
            }
        }
    }

    /// Nobody opens the copy any more; its mapping stays.
    func release() {
        let path = copy.withLock { $0.take() }
        if let path { try? Files.remove(path) }
    }

    /// `NAME.SHA256.2.so` in the same folder, so that $ORIGIN is the same and a debugger finds it.
    private func copied(as number: Int) throws(SystemError) -> String {
        let (folder, name) = Files.split(staged)
        let stem = name.hasSuffix(".so") ? String(name.dropLast(3)) : name
        let file = "\(stem).\(number).so"
        let directory = try FileDescriptor.open(folder, [.directory])
        let source = try directory.open(name, [.noFollow])
        let bytes = try source.readAll(limit: try source.facts().size)
        let target = try directory.open(file, [.write, .create, .exclusive, .noFollow], mode: 0o500)
        do throws(SystemError) {
            try target.writeAll(bytes)
        } catch {
            try? directory.unlink(file)
            throw error
        }
        return folder + "/" + file
    }
}
