internal import System

/// Decides whether a file may be loaded into the server, before any of its code can run.
public struct ImageGate: Sendable {
    private let path: TrustedPath

    /// More than any plugin: one of Swift with Foundation inside has 20 MiB.
    private static let limit = 512 << 20

    /// Trusts files of root, of the user that the server runs as, and of the user who starts it.
    public init(service: UInt32, invoker: UInt32) {
        path = TrustedPath(owners: [0, service, invoker])
    }

    /// Reads the file once and checks who can write it, its digest when there is a lock, and its ELF image.
    public func check(_ file: String, plugin: String, lock: ImageLock? = nil) throws(PluginRefusal) -> CheckedImage {
        let bytes = try read(file, plugin)
        let sha256 = SHA256.hash(of: bytes)
        if let refusal = lock?.refusal(of: plugin, sha256: sha256) { throw refusal }
        let image = try Self.image(of: bytes, plugin: plugin, file: file)
        if let refusal = image.refusal(of: plugin) { throw refusal }
        return CheckedImage(plugin: plugin, source: file, bytes: bytes, sha256: sha256, image: image)
    }

    private func read(_ file: String, _ plugin: String) throws(PluginRefusal) -> [UInt8] {
        do throws(TrustedPath.Fault) {
            return try readUnchanged(path.open(file))
        } catch {
            switch error {
            case .untrusted(let reason, let fix):
                throw PluginRefusal(.open, plugin: plugin, reason: reason, fix: fix)
            case .system(let fault):
                throw PluginRefusal(.open, plugin: plugin, reason: "\(fault)", fix: "Let the server read this file")
            }
        }
    }

    private func readUnchanged(_ file: borrowing FileDescriptor) throws(TrustedPath.Fault) -> [UInt8] {
        let before = try TrustedPath.attempt { () throws(SystemError) in try file.facts() }
        let bytes = try TrustedPath.attempt { () throws(SystemError) in try file.readAll(limit: Self.limit) }
        let after = try TrustedPath.attempt { () throws(SystemError) in try file.facts() }
        if after.isUnchanged(since: before), bytes.count == before.size { return bytes }
        throw .untrusted(
            reason: "\(file.path) changed while it was read: written half?",
            fix: "Try again when it is written, and put files there by renaming, as haraka-plugin install does"
        )
    }

    /// What the bytes are as a shared library.
    public static func image(of bytes: [UInt8], plugin: String, file: String) throws(PluginRefusal) -> ELFImage {
        do throws(ELFImage.Flaw) {
            return try ELFImage(parsing: bytes.span)
        } catch {
            switch error {
            case .incomplete(let what):
                throw PluginRefusal(
                    .image,
                    plugin: plugin,
                    reason: "\(file) is not complete (\(what)): written half?",
                    fix: "Build it again and put it there with: haraka-plugin install FILE -c DIR"
                )
            case .foreign(let what), .inconsistent(let what):
                throw PluginRefusal(
                    .image,
                    plugin: plugin,
                    reason: "\(file) is no shared library that could be loaded: \(what)",
                    fix: "Put there what the compiler made with -shared"
                )
            }
        }
    }
}
