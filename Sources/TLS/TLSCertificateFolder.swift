internal import System

/// Finds certificates and their keys in files and folders, whichever way they are laid there.
///
/// Certificate and key may share a file or not, under any names: they are matched by the public key. Folders are walked
/// to their ends and symbolic links followed, so that certbot's `live/NAME` can be there, or be linked there.
public enum TLSCertificateFolder {
    private static let depth = 8

    /// Reads them all; blocking, so never on an event loop.
    ///
    /// `files` are named by somebody and must be there; `folder` may be missing. `now` is in seconds since 1970.
    public static func scan(
        files: [String] = [],
        folder: String? = nil,
        now: Int64,
        passphrase: [UInt8]? = nil
    ) -> TLSCertificateScan {
        var scan = TLSCertificateScan()
        var found = files.compactMap { CertificateFile.read($0, isNamed: true, passphrase, &scan) }
        if let folder {
            var paths: [String] = []
            if (try? FileFacts.of(folder)) != nil { walk(folder, depth, &paths, &scan) }
            for path in paths where !files.contains(path) {
                if let file = CertificateFile.read(path, isNamed: false, passphrase, &scan) { found.append(file) }
            }
        }
        var pairing = Pairing(found)
        pairing.pair(now: now, &scan)
        return scan
    }

    private static func walk(_ folder: String, _ depth: Int, _ paths: inout [String], _ scan: inout TLSCertificateScan)
    {
        let entries: [DirectoryEntry]
        do {
            entries = try FileDescriptor.open(folder, [.directory]).entries()
        } catch {
            let rest = "cannot be read (\(error.reason)); let the service's user read this folder."
            scan.problems.append(TLSProblem(.error, folder, rest))
            return
        }
        // certbot's own folder: `live` links to the newest of what `archive` keeps.
        let isCertbot = entries.contains { $0.name == "live" } && entries.contains { $0.name == "archive" }
        for entry in entries where isCertbot ? entry.name == "live" : isOurs(entry.name) {
            let path = folder.hasSuffix("/") ? folder + entry.name : folder + "/" + entry.name
            guard (try? FileFacts.of(path))?.kind == .directory else {
                paths.append(path)
                continue
            }
            // Links can lead in a circle.
            if depth > 0 { walk(path, depth - 1, &paths, &scan) }
        }
    }

    /// Not what is hidden, and not what other files bring along.
    private static func isOurs(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.hasSuffix(".ocsp") && !name.hasSuffix("~")
    }
}
