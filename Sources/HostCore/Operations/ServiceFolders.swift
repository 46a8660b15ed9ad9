internal import System

/// The folders of a service directory that the server writes to.
enum ServiceFolders {
    static func staging(_ directory: String) -> String { directory + "/state/plugins" }

    /// Makes them, and gives them to the account that the server will be, while it may.
    static func prepare(_ configuration: Configuration, _ account: ServiceAccount) throws(StartError) {
        do {
            for folder in ["state", "log"] {
                let path = "\(configuration.directory)/\(folder)"
                try Files.makeDirectory(path, mode: folder == "state" ? 0o700 : 0o755)
                try give(try FileDescriptor.open(path), account)
            }
            guard let file = configuration.logFile else { return }
            try give(try FileDescriptor.open(file, [.write, .append, .create], mode: 0o640), account)
        } catch { throw StartError("\(error)") }
    }

    private static func give(_ file: consuming FileDescriptor, _ account: ServiceAccount) throws(SystemError) {
        guard let user = account.user else { return }
        try file.changeOwner(user: user.uid, group: user.gid)
    }
}
