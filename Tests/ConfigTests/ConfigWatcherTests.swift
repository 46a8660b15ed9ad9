import Config
import System
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConfigWatcherTests {
    @Test func `A changed file brings a new snapshot, an unchanged one nothing`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a=1", to: "config/x.ini")
        try folder.write("y", to: "config/y")
        let directory = ConfigDirectory(path: folder.path + "/config", shipped: [folder.path + "/none"])
        let (stream, continuation) = AsyncStream.makeStream(of: ConfigWatcher.Event.self)
        let watcher = try ConfigWatcher(directory, current: directory.read(), quiet: .milliseconds(10)) {
            continuation.yield($0)
        }
        var events = stream.makeAsyncIterator()
        // The same bytes again, and an editor's file: neither is a change.
        try folder.write("y", to: "config/y")
        try folder.write("y", to: "config/.y.swp")
        try folder.write("a=2", to: "config/x.ini")
        guard case .changed(let snapshot, let files)? = await events.next(isolation: nil) else {
            Issue.record("no change was told")
            return
        }
        #expect(files == ["x.ini"])
        #expect(snapshot.json("x:a") == #""2""#)
        try FileDescriptor.open(folder.path + "/config", [.directory]).unlink("y")
        guard case .changed(_, files: ["y"])? = await events.next(isolation: nil) else {
            Issue.record("the removal was not told")
            return
        }
        // Away as a whole, and back as it was: the one who serves on with the old state learns both.
        let here = try folder.open()
        try here.rename("config", to: "away")
        guard case .failed? = await events.next(isolation: nil) else {
            Issue.record("the loss was not told")
            return
        }
        try here.rename("away", to: "config")
        guard case .changed(_, files: [])? = await events.next(isolation: nil) else {
            Issue.record("the return was not told")
            return
        }
        watcher.stop()
    }
}
