public import PluginKit
import QueueQmailQueue

@c(haraka_plugin_v1)
public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { unsafe QueueQmailQueue.descriptor }
