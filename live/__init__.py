"""The running trainer, the pump, the label difference and the handlers: where client, mesh and timer meet.

Imports core, scene and the client side of training; never torch.
"""
