internal import PluginHost
internal import System

extension Server {
    /// The spool that a configuration asks for: the one in use where nothing about it has changed.
    static func spool(
        of configuration: Configuration,
        instead running: Spool? = nil,
        _ log: LogSink
    ) throws(StartError) -> Spool? {
        let settings = configuration.settings
        guard let after = settings.spoolAfter else { return nil }
        let folder =
            settings.spoolFolder.hasPrefix("/")
            ? settings.spoolFolder : "\(configuration.directory)/\(settings.spoolFolder)"
        let pressure = settings.draftMemory / 2
        if let running, running.folder == folder, running.after == after, running.pressure == pressure {
            return running
        }
        do throws(SystemError) {
            return try Spool(folder: folder, after: after, pressure: pressure) { fault in
                log.error("a message could not be spooled", [("reason", .text("\(fault)"))])
            }
        } catch {
            throw StartError(
                "connection.ini, spool_dir: no file can be made in \(folder): \(error). "
                    + "Name a folder that the service's user may write to, or set spool_after=-1."
            )
        }
    }
}
