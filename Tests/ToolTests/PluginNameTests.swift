import Testing

@testable import haraka_plugin

@Suite struct PluginNameTests {
    @Test(arguments: [
        ("hello", "hello", "HelloPlugin"),
        ("rcpt_to.disposable", "rcpt_to.disposable", "RcptToDisposable"),
        ("queue/mine", "queue.mine", "QueueMine"),
        ("9lives", "9lives", "Plugin9livesPlugin"),
        ("a-b/c_d.e", "a-b.c_d.e", "ABCDE"),
    ])
    func givesFilesAndTypesTheirNames(name: String, file: String, type: String) throws {
        let plugin = try PluginName(name)
        #expect(plugin.file == file)
        #expect(plugin.type == type)
        #expect(plugin.id == "org.example." + file)
    }

    @Test(arguments: [
        ("a/libhello.so", "hello"), ("hello.so", "hello"), ("libqueue.mine.so", "queue.mine"), ("lib.so", "lib"),
    ])
    func readsTheNameOfAFile(file: String, name: String) throws {
        #expect(try PluginName(ofFile: file).name == name)
    }
}
