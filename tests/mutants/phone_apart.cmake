# Tests in batches, but each file of the machines by itself: a fault recompiles one file.
cmake_language(DEFER CALL set_target_properties onhook_phone PROPERTIES UNITY_BUILD OFF)
