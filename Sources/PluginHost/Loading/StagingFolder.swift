internal import System

/// The server's own folder for the images that it maps, `state/plugins`.
///
/// A copy there belongs to the server alone: replacing or truncating the file in `plugins/` never touches mapped code.
public struct StagingFolder: Sendable {
    public let path: String

    /// The folder is made when it is missing; the one that it lies in must be there.
    public init(_ path: String) { self.path = path }

    /// Writes a checked image as `NAME.SHA256.so` and reads it back; one that is there and equal is used again.
    public func stage(_ checked: CheckedImage) throws(PluginRefusal) -> StagedImage {
        let file = PluginFinder.stem(of: checked.plugin) + "." + checked.sha256 + ".so"
        let folder = try open(checked.plugin)
        let isReady = try attempt(checked.plugin) { () throws(SystemError) in
            if try Self.holds(checked.sha256, file, folder) { return true }
            // A new file renamed over a damaged one: somebody may still run that.
            try folder.replace(file, with: checked.bytes, mode: 0o500)
            return try Self.holds(checked.sha256, file, folder)
        }
        guard isReady else {
            throw PluginRefusal(
                .stage,
                plugin: checked.plugin,
                reason: "\(path)/\(file) was just written and reads back as something else",
                fix: "Look for another process that writes there, and at the disk"
            )
        }
        return StagedImage(
            name: checked.plugin,
            source: checked.source,
            path: path + "/" + file,
            sha256: checked.sha256
        )
    }

    /// Removes the images of earlier starts that no process maps and that are not in `kept`; tells which.
    public func sweep(keeping kept: [StagedImage]) -> [String] {
        guard let folder = try? FileDescriptor.open(path, [.directory, .noFollow]) else { return [] }
        let keptPaths = Set(kept.map(\.path))
        let old = ((try? folder.entries()) ?? []).filter { entry in
            entry.kind == .file && Self.isOurs(entry.name) && !keptPaths.contains(path + "/" + entry.name)
        }
        if old.isEmpty { return [] }
        let maps = Self.mappings()
        return old.map(\.name).filter { name in
            !maps.contains { $0.hasSuffix("/" + name) } && (try? folder.unlink(name)) != nil
        }
    }

    private func open(_ plugin: String) throws(PluginRefusal) -> FileDescriptor {
        let folder = try attempt(plugin) { () throws(SystemError) in
            do throws(SystemError) {
                try FileDescriptor.open(Files.split(path).folder, [.directory])
                    .makeDirectory(Files.split(path).name, mode: 0o700)
            } catch  where error.isTaken {}
            return try FileDescriptor.open(path, [.directory, .noFollow])
        }
        let facts = try attempt(plugin) { () throws(SystemError) in try folder.facts() }
        guard facts.uid == Privileges.effectiveUser, facts.mode & 0o077 == 0 else {
            throw PluginRefusal(
                .stage,
                plugin: plugin,
                reason:
                    "\(path) is not the server's own folder (owner \(facts.uid), mode \(String(facts.mode, radix: 8)))",
                fix: "Stop the server and remove \(path): it is made anew"
            )
        }
        return folder
    }

    /// Whether the file is there, the server's own, written by nobody else, and has that digest.
    private static func holds(
        _ sha256: String,
        _ file: String,
        _ folder: borrowing FileDescriptor
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let image = try folder.open(file, [.noFollow, .nonBlocking])
            let facts = try image.facts()
            guard facts.kind == .file, facts.uid == Privileges.effectiveUser, facts.mode == 0o500 else { return false }
            return SHA256.hash(of: try image.readAll(limit: facts.size)) == sha256
        } catch  where error.isMissing || error.isEscape || error.isTooLarge {
            return false
        }
    }

    /// `NAME.SHA256.so`, `NAME.SHA256.2.so` for a further instance, or what a write that was cut short has left.
    private static func isOurs(_ file: String) -> Bool {
        var parts = file.split(separator: ".")
        if file.hasPrefix(".") { return parts.count > 3 && parts[parts.count - 2] == "so" }
        guard parts.popLast() == "so" else { return false }
        if let number = parts.last, number.count < 20, number.allSatisfy(\.isNumber) { parts.removeLast() }
        guard parts.count >= 2, let digest = parts.last else { return false }
        return digest.count == 64 && digest.allSatisfy(\.isHexDigit)
    }

    /// The files that the processes of this machine map, as far as this one may know.
    private static func mappings() -> Set<String> {
        guard let processes = try? FileDescriptor.open("/proc", [.directory]).entries() else { return [] }
        var paths: Set<String> = []
        for process in processes where process.name.allSatisfy(\.isNumber) {
            guard let maps = try? Files.read("/proc/\(process.name)/maps") else { continue }
            for line in maps.split(separator: UInt8(ascii: "\n")) where line.suffix(3).elementsEqual(".so".utf8) {
                if let start = line.firstIndex(of: UInt8(ascii: "/")) {
                    paths.insert(String(decoding: line[start...], as: UTF8.self))
                }
            }
        }
        return paths
    }

    private func attempt<Result: ~Copyable>(
        _ plugin: String,
        _ body: () throws(SystemError) -> Result
    ) throws(PluginRefusal) -> Result {
        do { return try body() } catch {
            throw PluginRefusal(.stage, plugin: plugin, reason: "\(error)", fix: "Let the server write to \(path)")
        }
    }
}
