import Support
import Synchronization
import System
import Testing

@Suite(.timeLimit(.minutes(15)))
struct WatchTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("old", to: "config/a.ini")
    }

    /// A watch and the batches that it tells.
    private struct Observed {
        let watch: Watch
        var batches: AsyncStream<Set<String>>.Iterator
        let count: Counter

        final class Counter: Sendable {
            let value = Atomic<Int>(0)
        }

        init(_ folders: [String], quiet: Duration, patience: Duration = .seconds(30)) throws {
            let (stream, continuation) = AsyncStream.makeStream(of: Set<String>.self)
            let count = Counter()
            self.count = count
            batches = stream.makeAsyncIterator()
            watch = try Watch(folders, quiet: quiet, patience: patience) {
                count.value.add(1, ordering: .sequentiallyConsistent)
                continuation.yield($0)
            }
        }

        mutating func next() async -> Set<String> {
            await batches.next(isolation: nil) ?? []
        }

        /// Everything until a path has been told.
        mutating func all(until path: String) async -> Set<String> {
            var seen: Set<String> = []
            while !seen.contains(path) { seen.formUnion(await next()) }
            return seen
        }
    }

    private var config: String { folder.path + "/config" }

    @Test func `A file that is written in two halves is told once, when its writer has closed it`() async throws {
        var observed = try Observed([config], quiet: .milliseconds(10))
        let file = try FileDescriptor.open(config + "/a.ini", [.write, .truncate])
        try file.writeAll("first ")
        // Another watch with a longer quiet period is the clock: when it has told, ours has had time enough.
        try folder.write("", to: "clock/tick")
        var clock = try Observed([folder.path + "/clock"], quiet: .milliseconds(150))
        try folder.write("x", to: "clock/tick")
        _ = await clock.next()
        #expect(observed.count.value.load(ordering: .sequentiallyConsistent) == 0)
        try file.writeAll("second")
        try file.close()
        #expect(await observed.next() == [config + "/a.ini"])
        #expect(observed.count.value.load(ordering: .sequentiallyConsistent) == 1)
        observed.watch.stop()
        clock.watch.stop()
    }

    @Test func `Making, moving, removing and a new mode are told by path`() async throws {
        var observed = try Observed([config], quiet: .milliseconds(10))
        let here = try FileDescriptor.open(config, [.directory])
        try folder.write("x", to: "config/b")
        #expect(await observed.next() == [config + "/b"])
        try here.rename("b", to: "c")
        #expect(await observed.next() == [config + "/b", config + "/c"])
        try here.open("c").changeMode(0o600)
        #expect(await observed.next() == [config + "/c"])
        try here.unlink("c")
        #expect(await observed.next() == [config + "/c"])
    }

    @Test func `Files in folders that come later are told, however deep and fast they come`() async throws {
        var observed = try Observed([config], quiet: .milliseconds(10))
        try folder.write("x", to: "config/tls/example/one.pem")
        #expect(await observed.all(until: config + "/tls/example/one.pem").contains(config + "/tls"))
        try folder.write("y", to: "config/tls/example/two.pem")
        #expect(await observed.next() == [config + "/tls/example/two.pem"])
    }

    @Test func `A folder that is replaced as a whole is followed to the new one`() async throws {
        var observed = try Observed([config], quiet: .milliseconds(10))
        try folder.write("new", to: "next/a.ini")
        let here = try folder.open()
        try here.rename("config", to: "previous")
        try here.rename("next", to: "config")
        #expect(await observed.all(until: config).contains(config))
        try folder.write("newer", to: "config/a.ini")
        #expect(await observed.all(until: config + "/a.ini").contains(config + "/a.ini"))
        try folder.write("nobody looks", to: "previous/a.ini")
        try folder.write("x", to: "config/b.ini")
        #expect(await observed.next() == [config + "/b.ini"])
    }

    @Test func `A folder that is missing at first is watched when it comes`() async throws {
        var observed = try Observed([folder.path + "/plugins"], quiet: .milliseconds(10))
        try folder.write("x", to: "plugins/hello.so")
        _ = await observed.all(until: folder.path + "/plugins")
        try folder.write("y", to: "plugins/hello.so")
        #expect(
            await observed.all(until: folder.path + "/plugins/hello.so").contains(folder.path + "/plugins/hello.so")
        )
    }

    @Test func `After stop nothing is told, and stop from inside the closure does not hang`() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let watch = Mutex<Watch?>(nil)
        let made = try Watch([config], quiet: .milliseconds(1)) { _ in
            watch.withLock { $0 }?.stop()
            continuation.yield()
        }
        watch.withLock { $0 = made }
        try folder.write("x", to: "config/b")
        var told = stream.makeAsyncIterator()
        _ = await told.next(isolation: nil)
        made.stop()
        try folder.write("y", to: "config/b")
    }

    @Test func `A folder whose parent is missing too is a fault that names it`() {
        let error = #expect(throws: SystemError.self) {
            _ = try Watch([folder.path + "/no/such"], onChange: { _ in })
        }
        #expect(error?.path == folder.path + "/no")
    }
}
